import type { TextEnvConfig } from '../config/index.js';
import type { TextEpisode } from '../env/index.js';
import type { ChatMessage, Lm } from '../lm/index.js';
import type { RewardItem } from '../reward/index.js';
import type { TextPrompt } from './prompts.js';
import { cutAtStop } from './stopTexts.js';

/** The text of generated tokens, up to the first stop text. */
export function completionText(lm: Lm, tokens: readonly number[], stop: readonly string[]): string {
  return cutAtStop(lm.tokenizer.decode(tokens), stop).text;
}

/** The texts of an episode's answers, one but in a dialogue: each up to the first stop text, or the action chosen. */
export function answerTexts(lm: Lm, env: TextEnvConfig, episode: TextEpisode): string[] {
  const action = env.actions?.[episode.candidates[episode.taken[0]]];
  if (action !== undefined) return [action];
  return answerTokens(episode).map((some) => completionText(lm, some, env.stop));
}

/** The tokens of each of an episode's answers. */
function answerTokens({ tokens, answerEnds }: TextEpisode): number[][] {
  // A choice is one step, however many tokens it has.
  if (answerEnds.length === 1) return [tokens];
  return answerEnds.map((end, i) => tokens.slice(i === 0 ? 0 : answerEnds[i - 1], end));
}

/** An episode's answers as the reward sees them, each with the conversation before it. */
export function rewardItems(
  prompt: TextPrompt,
  episode: TextEpisode,
  texts: readonly string[],
): RewardItem[] {
  return answerTokens(episode).map((tokens, i) => {
    const messages = prompt.messages && conversation(prompt, texts.slice(0, i));
    const { row, text } = prompt;
    const last = messages?.at(-1)?.content ?? text;
    return { prompt: last, completion: texts[i], tokens, row, ...(messages ? { messages } : {}) };
  });
}

/** What was said so far in a chat, up to the turn that follows the given answers, or to the last of them. */
export function conversation(
  { messages = [], followUps = [] }: Pick<TextPrompt, 'messages' | 'followUps'>,
  answers: readonly string[],
): ChatMessage[] {
  const later = answers.flatMap((content, i) => [{ role: 'assistant', content }, ...(followUps[i] ?? [])]);
  return [...messages, ...later];
}

/** A dialogue's answers as one text, with what was said between them; one answer as it is. */
export function transcript(
  { followUps = [] }: Pick<TextPrompt, 'followUps'>,
  answers: readonly string[],
): string {
  return answers.map((text, i) => (i === 0 ? '' : saidBetween(followUps[i - 1])) + text).join('');
}

/** What a {@link transcript} shows between two answers. */
export function saidBetween(said: readonly ChatMessage[]): string {
  return [...said, { role: 'assistant', content: '' }].map((message) => `\n\n${spoken(message)}`).join('');
}

/** A message as a line of a transcript: `User: Hello`. */
export function spoken({ role, content }: ChatMessage): string {
  return `${role.charAt(0).toUpperCase()}${role.slice(1)}: ${content}`;
}
