import type { PreferencePair } from '../../data/index.js';
import type { IndexedPair } from './completions.js';
import type { CompletionRows } from './rows.js';

/** Most words that count. */
const MOST_WORDS = 5000;
/** Completions that a word must stand in. */
const LEAST_COMPLETIONS = 2;
/** A regression on counts is fitted as linear models are by default. */
export const BAG_SETTINGS = { dropout: 0, epochs: 20, lr: 0.02 };

/**
 * Counts of words as a net's only input, the plainest reward model to compare with: lower-cased words and marks that stand
 * in at least two of the training completions, the most frequent ones.
 */
export function bagOfWords(train: readonly IndexedPair[], heldOut: readonly IndexedPair[]): CompletionRows {
  const texts = new Map<number, string>();
  for (const { pair, chosen, rejected } of [...train, ...heldOut]) {
    texts.set(chosen, pair.chosen).set(rejected, pair.rejected);
  }
  const learned = new Set(train.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  const columns = vocabulary([...learned].map((completion) => texts.get(completion) ?? ''));
  const inputs = Math.max(1, columns.size);
  const found = new Map(
    [...texts].map(([completion, text]) => [completion, wordsOf(text).map((word) => columns.get(word))]),
  );
  return {
    inputs,
    outputs: 1,
    weights: () => Float32Array.of(1),
    rows(completion) {
      const counts = new Float32Array(inputs);
      for (const column of found.get(completion) ?? []) if (column !== undefined) counts[column]++;
      return counts;
    },
  };
}

/** Words by their columns. */
function vocabulary(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(wordsOf(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const kept = [...counts].filter(([, count]) => count >= LEAST_COMPLETIONS);
  kept.sort(([, a], [, b]) => b - a);
  return new Map(kept.slice(0, MOST_WORDS).map(([word], column) => [word, column]));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{M}\p{N}']+|[^\s\p{L}\p{M}\p{N}']/gu) ?? [];
}

/** Whether the chosen text is the longer one: 1, 0, or 0.5 where they are as long. */
export function longerWins({ chosen, rejected }: Pick<PreferencePair, 'chosen' | 'rejected'>): number {
  if (chosen.length === rejected.length) return 0.5;
  return chosen.length > rejected.length ? 1 : 0;
}
