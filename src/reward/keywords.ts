import { z } from 'zod';
import type { RewardModel } from './types.js';

const word = z.string().refine((text) => text.trim() !== '', 'a keyword may not be blank');

export const keywordsParameters = z
  .strictObject({
    /** Words or phrases; white space in a phrase matches any white space. */
    words: z.union([word, z.array(word).min(1, 'at least one keyword is needed')]),
    /**
     * `any`: 1 when a keyword occurs, else 0. `all`: the share of the keywords that occur, 1 when all do.
     * `count`: occurrences of all keywords together, divided by `max` and cut off at 1.
     */
    mode: z.enum(['any', 'all', 'count']).default('any'),
    /** With `count`: the occurrences that score 1; default 3. */
    max: z.number().int().positive().optional(),
    caseSensitive: z.boolean().default(false),
    /** Whether `play` leaves `played` alone. */
    wholeWord: z.boolean().default(true),
  })
  .refine((parameters) => parameters.max === undefined || parameters.mode === 'count', {
    path: ['max'],
    message: "only mode 'count' takes it",
  });

/** Rewards words in the completion with a score in [0, 1]; {@link keywordsParameters} says which. */
export function keywordsReward(parameters: z.output<typeof keywordsParameters>): RewardModel {
  const { mode, max = 3 } = parameters;
  const given = typeof parameters.words === 'string' ? [parameters.words] : parameters.words;
  const patterns = given.map((keyword) => pattern(keyword, parameters));
  const score = (completion: string) => {
    const text = completion.normalize('NFC');
    const counts = patterns.map((regex) => [...text.matchAll(regex)].length);
    const present = counts.filter((count) => count > 0).length;
    if (mode === 'any') return present > 0 ? 1 : 0;
    if (mode === 'all') return present / counts.length;
    return Math.min(1, counts.reduce((sum, count) => sum + count, 0) / max);
  };
  return { name: 'keywords', score: (batch) => batch.map((item) => score(item.completion)) };
}

function pattern(keyword: string, options: { caseSensitive: boolean; wholeWord: boolean }): RegExp {
  const literal = keyword
    .normalize('NFC')
    .trim()
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replace(/\s+/g, '\\s+');
  const bounded = options.wholeWord
    ? `(?<![\\p{L}\\p{M}\\p{N}_])${literal}(?![\\p{L}\\p{M}\\p{N}_])`
    : literal;
  return new RegExp(bounded, options.caseSensitive ? 'gu' : 'giu');
}
