import type { ChatMessage, Lm } from '../lm/index.js';
import { extendEpisodes, type RolloutOptions, type StartedEpisode, startEpisodes } from './rollout.js';
import type { Actor, TextEpisode } from './types.js';

/** What is said in a dialogue, besides the answers. */
export interface DialogueScript {
  /** What is said before the first answer. */
  messages: readonly ChatMessage[];
  /** What is said after each answer but the last. */
  followUps: readonly (readonly ChatMessage[])[];
}

export interface DialogueOptions extends Omit<RolloutOptions, 'given'> {
  /** Most answers of any dialogue, which makes `turns * maxNewTokens` the most steps of an episode. */
  turns: number;
  /** The text of an answer, as the conversation goes on with it. */
  answerText: (tokens: readonly number[]) => string;
  /** Called when something more is said; `sequence` is `prompt * samples + sample`. */
  onFollowUp?: (sequence: number, said: readonly ChatMessage[]) => void;
}

/** A dialogue under way. */
interface Dialogue extends StartedEpisode {
  sequence: number;
  messages: ChatMessage[];
  /** What will be said. */
  followUps: readonly (readonly ChatMessage[])[];
  /** Generated so far. */
  tokens: number[];
  finishReason: 'stop' | 'length';
}

/**
 * Plays dialogues: the model answers, something more is said, it answers again with its own answers before it, and so
 * on. The answers of a dialogue are one episode; what others say is no action.
 * @returns The episodes of a script side by side, as many as `samples`.
 */
export async function dialogue(
  lm: Lm,
  scripts: readonly DialogueScript[],
  actor: Actor,
  options: DialogueOptions,
): Promise<TextEpisode[]> {
  const { samples, turns, maxNewTokens, onFollowUp } = options;
  const started = startEpisodes(lm, scripts.length, turns * maxNewTokens, options);
  const dialogues = started.map((episode, sequence): Dialogue => {
    const { messages, followUps } = scripts[Math.floor(sequence / samples)];
    return {
      ...episode,
      sequence,
      messages: [...messages],
      followUps: followUps.slice(0, turns - 1),
      tokens: [],
      finishReason: 'stop',
    };
  });
  let open = dialogues;
  for (let turn = 0; open.length > 0; turn++) {
    await answer(lm, open, actor, options);
    open = open.filter(({ followUps }) => followUps.length > turn);
    for (const { sequence, messages, followUps } of open) {
      messages.push(...followUps[turn]);
      onFollowUp?.(sequence, followUps[turn]);
    }
  }
  return dialogues.map(({ recorder, tokens, finishReason }) => recorder.finish(tokens, finishReason));
}

/** One more answer in each of the dialogues. */
async function answer(
  lm: Lm,
  open: readonly Dialogue[],
  actor: Actor,
  { onToken, ...options }: DialogueOptions,
): Promise<void> {
  const prompts = open.map(({ messages }) => lm.tokenizer.chat(messages));
  const generated = await extendEpisodes(lm, prompts, actor, open, {
    ...options,
    samples: 1,
    ...(onToken ? { onToken: (i, token) => onToken(open[i].sequence, token) } : {}),
  });
  generated.forEach(({ tokens, finishReason }, i) => {
    const going = open[i];
    going.recorder.endAnswer();
    going.messages.push({ role: 'assistant', content: options.answerText(tokens) });
    going.tokens.push(...tokens);
    going.finishReason = finishReason;
  });
}
