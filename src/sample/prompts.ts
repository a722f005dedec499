import { InputError } from '../common/index.js';
import type { PromptRow } from '../data/index.js';
import type { ChatMessage, Lm } from '../lm/index.js';

/** A prompt, ready for the language model. */
export interface TextPrompt {
  /** Number that keeps the prompt's random numbers apart from other prompts'. */
  id: number;
  text: string;
  messages?: readonly ChatMessage[];
  tokens: number[];
  /** The dataset row's other columns. */
  row: Readonly<Record<string, unknown>>;
}

/**
 * Tokenises prompts; chat messages go through the model's chat template.
 * @param file Where the rows come from, for the messages.
 * @throws InputError for a prompt that is empty or leaves no room in the context for `maxNewTokens`.
 */
export function tokenizePrompts(
  lm: Lm,
  rows: readonly PromptRow[],
  maxNewTokens: number,
  file: string,
): TextPrompt[] {
  const { contextLength } = lm.info;
  return rows.map(({ prompt, messages, row, line }, id) => {
    const tokens = messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(prompt);
    const where = `${file}:${line}`;
    if (tokens.length === 0) throw new InputError(`${where}: the prompt has no tokens`);
    if (tokens.length + maxNewTokens > contextLength) {
      throw new InputError(
        `${where}: the prompt has ${tokens.length} tokens, which with ${maxNewTokens} new ones is more than ` +
          `the ${contextLength} that the model takes: shorten it or lower env.maxNewTokens`,
      );
    }
    return { id, text: prompt, tokens, row, ...(messages ? { messages } : {}) };
  });
}

/** The completion's tokens after the prompt's; a prompt that ends within a word keeps its own tokens. */
export function completionTokens(
  { tokenizer }: Lm,
  { text, messages, tokens }: Pick<TextPrompt, 'text' | 'messages' | 'tokens'>,
  completion: string,
): number[] {
  const whole = messages ? [] : tokenizer.encode(text + completion);
  if (startsWith(whole, tokens)) return whole.slice(tokens.length);
  const alone = tokenizer.encode(completion);
  const opening = tokenizer.encode('');
  return startsWith(alone, opening) ? alone.slice(opening.length) : alone;
}

function startsWith(tokens: readonly number[], first: readonly number[]): boolean {
  return first.every((token, i) => token === tokens[i]);
}
