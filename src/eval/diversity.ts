/** Completions that a published distinct-n is computed on: the figure falls as their number grows. */
export const DISTINCT_COMPLETIONS = 512;

/** A distinct-n and how many completions it was computed on. */
export interface DistinctSample {
  /** Share of distinct n-grams, from 0 to 1. */
  value: number;
  /** Completions used. Below what was asked for, the value cannot be compared with published ones. */
  completions: number;
}

/** The lower-cased words of a text: runs of letters, digits and apostrophes, in any script. */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

/**
 * Distinct-n (Li et al., arXiv 1510.03055): distinct n-grams over all n-grams, of words, within completions.
 * Completions shorter than n words add nothing; without any n-gram the value is 0.
 */
export function distinctN(completions: Iterable<string>, n: number): number {
  if (!Number.isInteger(n) || n < 1)
    throw new RangeError(`distinct-n needs a whole n of at least 1, not ${n}`);
  const seen = new Set<string>();
  let total = 0;
  for (const completion of completions) {
    const list = words(completion);
    for (let end = n; end <= list.length; end++) {
      // A space never occurs inside a word, so it separates without ambiguity.
      seen.add(list.slice(end - n, end).join(' '));
      total++;
    }
  }
  return total === 0 ? 0 : seen.size / total;
}

/**
 * Distinct-n of the first `take` completions (default 512), as reports publish it. With fewer completions it
 * is computed on all of them, and the result's `completions` says so.
 */
export function distinctSample(
  completions: readonly string[],
  n: number,
  take = DISTINCT_COMPLETIONS,
): DistinctSample {
  const used = completions.slice(0, take);
  return { value: distinctN(used, n), completions: used.length };
}
