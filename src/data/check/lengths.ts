import type { Lengths, Spread } from './types.js';

/**
 * How long some texts are.
 * @param tokens of each, where they are known
 * @returns Undefined without texts.
 */
export function lengthsOf(
  texts: readonly string[],
  tokens: readonly number[] | undefined,
): Lengths | undefined {
  if (texts.length === 0) return undefined;
  return {
    characters: spreadOf(texts.map(countCharacters)),
    words: spreadOf(texts.map(countWords)),
    ...(tokens ? { tokens: spreadOf(tokens) } : {}),
  };
}

/** @param numbers at least one */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return { min: sorted[0], median: at(0.5), p95: at(0.95), max: sorted[sorted.length - 1] };
}

/** Unicode's characters, of which the rarer ones are two units of a string. */
export function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
