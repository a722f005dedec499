import { type Counts, characterNgrams, matches, total, wordNgrams } from './ngrams.js';
import { splitWords } from './words.js';

/** Orders of character n-grams. */
const CHARACTER_ORDER = 6;
/** Recall counts this many times as much as precision. */
const BETA = 2;
const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/**
 * The chrF score of a text against the reference that it is nearest to, in [0, 1]: the F-score of the character n-gram
 * precision and recall, both averaged over the orders that both texts have. White space is left out.
 *
 * The numbers are those of sacreBLEU 2.6.0's `sentence_chrf`, divided by 100 (Popović 2015, "chrF: character n-gram
 * F-score for automatic MT evaluation"; with words 2017, "chrF++: words helping character n-grams").
 * @param wordOrder Orders of word n-grams that count too: 0 is chrF, 2 is chrF++.
 */
export function chrf(text: string, references: readonly string[], wordOrder: number): number {
  const hypothesis = allNgrams(text, wordOrder);
  return Math.max(...references.map((reference) => fScore(hypothesis, allNgrams(reference, wordOrder))));
}

/** The n-grams of each order: characters first, then words. */
function allNgrams(text: string, wordOrder: number): Counts[] {
  const words = splitWords(text);
  const joined = words.join('');
  const parts = words.flatMap(separatePunctuation);
  return [
    ...Array.from({ length: CHARACTER_ORDER }, (_, i) => characterNgrams(joined, i + 1)),
    ...Array.from({ length: wordOrder }, (_, i) => wordNgrams(parts, i + 1)),
  ];
}

/** A word's last or else first punctuation mark stands alone: `(hi)` is `(hi` and `)`, as in sacreBLEU. */
function separatePunctuation(word: string): string[] {
  if (word.length === 1) return [word];
  if (PUNCTUATION.has(word.slice(-1))) return [word.slice(0, -1), word.slice(-1)];
  if (PUNCTUATION.has(word.slice(0, 1))) return [word.slice(0, 1), word.slice(1)];
  return [word];
}

function fScore(hypothesis: readonly Counts[], reference: readonly Counts[]): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (const [order, counts] of hypothesis.entries()) {
    const right = reference[order];
    if (counts.size === 0 || right.size === 0) continue;
    const matching = matches(counts, right);
    precision += matching / total(counts);
    recall += matching / total(right);
    orders++;
  }
  if (precision + recall === 0) return 0;
  const factor = BETA * BETA;
  return ((1 + factor) * precision * recall) / (factor * precision + recall) / orders;
}
