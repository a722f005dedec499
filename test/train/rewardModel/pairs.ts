import type { PreferencePair } from '../../../src/data/index.js';

/** A preference pair, its line and margin unless said otherwise those of no file. */
export function pairOf(
  prompt: string,
  chosen: string,
  rejected: string,
  more: Partial<PreferencePair> = {},
): PreferencePair {
  return { prompt, chosen, rejected, row: {}, line: 1, ...more };
}
