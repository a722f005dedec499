import { z } from 'zod';
import { wordsOf } from './text.js';
import type { RewardModel } from './types.js';

export const repetitionParameters = z.strictObject({
  /** Words in an n-gram. */
  n: z.number().int().positive().default(3),
});

/**
 * Minus the share of the completion's n-grams that occurred earlier in it: 0 when all differ (and in a text of
 * fewer than n words), near -1 in a loop. N-grams are of lower-cased words, as in distinct-n.
 */
export function repetitionReward({ n }: z.output<typeof repetitionParameters>): RewardModel {
  const score = (completion: string) => {
    const words = wordsOf(completion.toLowerCase());
    const total = words.length - n + 1;
    if (total <= 0) return 0;
    const distinct = new Set(Array.from({ length: total }, (_, i) => words.slice(i, i + n).join(' ')));
    return (distinct.size - total) / total;
  };
  return { name: 'repetition', score: (batch) => batch.map((item) => score(item.completion)) };
}
