import { type Counts, matches, total, wordNgrams } from './ngrams.js';
import { tokenize13a } from './tokenize13a.js';

const MAX_ORDER = 4;

/**
 * The BLEU score of a text against its references, in [0, 1]: the geometric mean of the precisions of its n-grams of one
 * to four words, less a penalty for a text shorter than the reference of the nearest length.
 *
 * The numbers are those of sacreBLEU 2.6.0's `sentence_bleu`, divided by 100: the 13a tokenizer, only the orders that the
 * text has, and exponential smoothing (Papineni et al. 2002; Post 2018; smoothing method 3 of Chen and Cherry 2014).
 */
export function bleu(text: string, references: readonly string[]): number {
  const words = tokenize13a(text);
  const right = references.map(tokenize13a);
  const orders = Array.from({ length: Math.min(MAX_ORDER, words.length) }, (_, i) => i + 1);
  const statistics = orders.map((n) => {
    const counts = wordNgrams(words, n);
    return { matching: matches(counts, largestCounts(right, n)), all: total(counts) };
  });
  if (statistics.every(({ matching }) => matching === 0)) return 0;
  let halvings = 1;
  const logs = statistics.map(({ matching, all }) => {
    if (matching > 0) return Math.log(matching / all);
    halvings *= 2;
    return -Math.log(halvings * all);
  });
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return brevityPenalty(words.length, nearestLength(words.length, right)) * Math.exp(mean);
}

/** Of each n-gram, the count in the reference that has it most often. */
function largestCounts(references: readonly (readonly string[])[], n: number): Counts {
  const largest = new Map<string, number>();
  for (const words of references) {
    for (const [ngram, count] of wordNgrams(words, n)) {
      largest.set(ngram, Math.max(count, largest.get(ngram) ?? 0));
    }
  }
  return largest;
}

/** Of two lengths equally near, the shorter one. */
function nearestLength(length: number, references: readonly (readonly string[])[]): number {
  const lengths = references.map((words) => words.length).sort((a, b) => a - b);
  return lengths.reduce((best, other) => (Math.abs(other - length) < Math.abs(best - length) ? other : best));
}

function brevityPenalty(length: number, reference: number): number {
  return length < reference ? Math.exp(1 - reference / length) : 1;
}
