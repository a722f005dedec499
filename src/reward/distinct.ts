import { z } from 'zod';
import { wordsOf } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

export const distinctParameters = z.strictObject({
  /** Words in an n-gram. */
  n: z.number().int().positive().default(2),
  /**
   * `completion`: the share of a completion's n-grams that differ from each other, distinct-n (Li et al., arXiv
   * 1510.03055). `batch`: the share of its distinct n-grams that another completion of the same prompt lacks, on average
   * over those that are scored with it; 1 for one alone.
   */
  within: z.enum(['completion', 'batch']).default('completion'),
});

/**
 * Variety of words, in [0, 1]: within each completion, or between the samples of a prompt. N-grams are of lower-cased words.
 * A completion of fewer than n words has no variety, 0.
 */
export function distinctReward({ n, within }: z.output<typeof distinctParameters>): RewardModel {
  return {
    name: within === 'batch' ? `distinct-${n} between samples` : `distinct-${n}`,
    score: (batch) => {
      const ngrams = batch.map(({ completion }) => ngramsOf(completion, n));
      return within === 'batch' ? betweenSamples(batch, ngrams) : ngrams.map(withinCompletion);
    },
  };
}

function ngramsOf(completion: string, n: number): string[] {
  const words = wordsOf(completion.toLowerCase());
  const total = Math.max(0, words.length - n + 1);
  return Array.from({ length: total }, (_, i) => words.slice(i, i + n).join(' '));
}

function withinCompletion(ngrams: readonly string[]): number {
  return ngrams.length === 0 ? 0 : new Set(ngrams).size / ngrams.length;
}

/** The samples of one prompt. */
interface Samples {
  completions: number;
  /** In how many of them each n-gram is. */
  counts: Map<string, number>;
}

/** One minus the mean, over a prompt's other completions, of the share of distinct n-grams that they have too. */
function betweenSamples(batch: readonly RewardItem[], ngrams: readonly (readonly string[])[]): number[] {
  const prompts = new Map<string, Samples>();
  const seen = batch.map(({ prompt, messages }, i) => {
    const key = JSON.stringify([prompt, messages]);
    const samples = prompts.get(key) ?? { completions: 0, counts: new Map<string, number>() };
    prompts.set(key, samples);
    const distinct = new Set(ngrams[i]);
    samples.completions++;
    for (const ngram of distinct) samples.counts.set(ngram, (samples.counts.get(ngram) ?? 0) + 1);
    return { samples, distinct };
  });
  return seen.map(({ samples: { completions, counts }, distinct }) => {
    if (distinct.size === 0) return 0;
    let shared = 0;
    for (const ngram of distinct) shared += (counts.get(ngram) ?? 1) - 1;
    return 1 - shared / (Math.max(1, completions - 1) * distinct.size);
  });
}
