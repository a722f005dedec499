import { InputError } from '../common/index.js';
import type { PromptRow } from '../data/index.js';
import type { ChatMessage, Lm, LmInfo } from '../lm/index.js';

/** A prompt, ready for the language model. */
export interface TextPrompt {
  /** Number that keeps the prompt's random numbers apart from other prompts'. */
  id: number;
  text: string;
  messages?: readonly ChatMessage[];
  /** What is said after each answer but the last, in a dialogue. */
  followUps?: readonly (readonly ChatMessage[])[];
  /** Up to the first answer. */
  tokens: number[];
  /** The dataset row's other columns. */
  row: Readonly<Record<string, unknown>>;
}

/**
 * Tokenises prompts; chat messages go through the model's chat template.
 * @param maxNewTokens of one answer
 * @param file Where the rows come from, for the messages.
 * @param turns `env.turns`: where it is set, a plain prompt is the user's first turn of a dialogue.
 * @throws InputError for a prompt that is empty or leaves no room in the context for its answers.
 */
export function tokenizePrompts(
  lm: Lm,
  rows: readonly PromptRow[],
  maxNewTokens: number,
  file: string,
  turns?: number,
): TextPrompt[] {
  return rows.map(({ prompt, messages: given, followUps, row, line }, id) => {
    const messages = given ?? (turns === undefined ? undefined : [{ role: 'user', content: prompt }]);
    const tokens = messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(prompt);
    const where = `${file}:${line}`;
    if (tokens.length === 0) throw new InputError(`${where}: the prompt has no tokens`);
    const said = messages && followUps ? withoutAnswers(lm, messages, followUps) : tokens.length;
    const problem = roomProblem(lm.info, said, maxNewTokens, followUps?.length);
    if (problem !== undefined) throw new InputError(`${where}: ${problem}`);
    const chat = { ...(messages ? { messages } : {}), ...(followUps ? { followUps } : {}) };
    return { id, text: prompt, tokens, row, ...chat };
  });
}

/** Tokenises one text, as {@link tokenizePrompts}. @param id its number, counted from 0 */
export function textPrompt(
  lm: Lm,
  text: string,
  id: number,
  maxNewTokens: number,
  turns?: number,
): TextPrompt {
  const rows = [{ prompt: text, row: {}, line: id + 1 }];
  const [prompt] = tokenizePrompts(lm, rows, maxNewTokens, 'prompt', turns);
  return { ...prompt, id };
}

/**
 * Why a prompt and its answers do not fit into the model, or undefined. An encoder-decoder model reads a prompt, with the
 * answers before the last, apart from what it writes.
 */
function roomProblem(
  { contextLength, sourceLength }: LmInfo,
  said: number,
  maxNewTokens: number,
  followUps: number | undefined,
): string | undefined {
  const prompt = `the ${followUps === undefined ? 'prompt' : 'dialogue'} has ${said} tokens`;
  const before = maxNewTokens * (followUps ?? 0);
  if (sourceLength === undefined) {
    const generated = before + maxNewTokens;
    if (said + generated <= contextLength) return undefined;
    return (
      `${prompt}, which with ${generated} new ones is more than the ${contextLength} that the model takes: shorten it ` +
      'or ask for fewer'
    );
  }
  if (said + before > sourceLength) {
    const answers = before === 0 ? '' : `, with answers ${said + before}`;
    return `${prompt}${answers}, more than the ${sourceLength} that the model reads: shorten it`;
  }
  if (maxNewTokens <= contextLength) return undefined;
  return `${maxNewTokens} new tokens are more than the ${contextLength} that the model writes: ask for fewer`;
}

/** Tokens of a dialogue up to its last answer, when the answers before are empty. */
function withoutAnswers(
  lm: Lm,
  messages: readonly ChatMessage[],
  followUps: readonly (readonly ChatMessage[])[],
): number {
  const rest = followUps.flatMap((said) => [{ role: 'assistant', content: '' }, ...said]);
  return lm.tokenizer.chat([...messages, ...rest]).length;
}
