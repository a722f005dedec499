import type { ChatMessage, Lm } from './types.js';

/** A prompt and its tokens, up to the completion. */
export interface EncodedPrompt {
  text: string;
  /** The conversation, of a chat. */
  messages?: readonly ChatMessage[];
  tokens: readonly number[];
}

/**
 * The completion's tokens after the prompt's; a prompt that ends within a word keeps its own tokens. The target of an
 * encoder-decoder model is a text of its own.
 */
export function completionTokens(
  { tokenizer, info }: Pick<Lm, 'tokenizer' | 'info'>,
  { text, messages, tokens }: EncodedPrompt,
  completion: string,
): number[] {
  const continues = info.kind === 'decoder' && !messages;
  const whole = continues ? tokenizer.encode(text + completion) : [];
  if (continues && startsWith(whole, tokens)) return whole.slice(tokens.length);
  return textTokens({ tokenizer }, completion);
}

/** A text's tokens without those that the tokenizer puts before and behind every text. */
export function textTokens({ tokenizer }: Pick<Lm, 'tokenizer'>, text: string): number[] {
  return withoutSpecials(tokenizer.encode(text), tokenizer.encode(''));
}

/** A text's tokens without those that the tokenizer puts before and behind every text, even an empty one. */
function withoutSpecials(tokens: readonly number[], specials: readonly number[]): number[] {
  for (let before = specials.length; before >= 0; before--) {
    const end = tokens.length - (specials.length - before);
    const fits = end >= before && startsWith(tokens.slice(end), specials.slice(before));
    if (fits && startsWith(tokens, specials.slice(0, before))) return tokens.slice(before, end);
  }
  return [...tokens];
}

function startsWith(tokens: readonly number[], first: readonly number[]): boolean {
  return first.every((token, i) => token === tokens[i]);
}
