import type { Tokenizer } from '../../lm/index.js';
import type { RewardItem } from '../types.js';

/** The beginning of a completion. */
export interface Prefix {
  /** Its tokens. */
  length: number;
  completion: string;
}

/** A completion's beginnings, of every so many tokens, and the whole; none of a completion without tokens. */
export function prefixesOf(
  { tokens, completion }: RewardItem,
  tokenizer: Tokenizer,
  every: number,
): Prefix[] {
  const prefixes: Prefix[] = [];
  for (let length = every; length < tokens.length; length += every) {
    const text = tokenizer.decode(tokens.slice(0, length));
    // The completion ends before a stop text, which its tokens hold.
    prefixes.push({ length, completion: text.length < completion.length ? text : completion });
  }
  return tokens.length === 0 ? [] : [...prefixes, { length: tokens.length, completion }];
}

/**
 * The score of each token: at the end of a prefix, its score less that of the prefix before, and 0 elsewhere. They add up to
 * the score of the whole. Potential-based shaping (Ng, Harada and Russell 1999), with a potential of 0 before the first token,
 * so that the best policy stays the same.
 * @param scores of the prefixes
 * @param length tokens of the completion
 * @returns `[length]`
 */
export function differences(
  prefixes: readonly Prefix[],
  scores: readonly number[],
  length: number,
): Float64Array {
  const tokens = new Float64Array(length);
  for (const [i, prefix] of prefixes.entries()) {
    tokens[prefix.length - 1] = scores[i] - (i === 0 ? 0 : scores[i - 1]);
  }
  return tokens;
}
