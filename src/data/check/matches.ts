import { fileAndLine } from '../preferences/skips.js';
import type { PreferencePair, ScoredCompletion } from '../preferences/types.js';
import { promptIdentity } from '../promptIdentity.js';
import type { PromptRow } from '../types.js';
import type { Dataset } from './readDataset.js';
import type { Duplicates, Leaks, Match, Place } from './types.js';

type AskedRow = Pick<PromptRow, 'prompt' | 'messages' | 'followUps'> & Place;

/** Rows that are there again, and prompts that several rows have. */
export function duplicatesOf(dataset: Dataset): Duplicates {
  const { prompts, completions, pairs } = dataset;
  const rows =
    dataset.format === 'prompts'
      ? repeats(prompts, ({ line: _, file: __, ...row }) => JSON.stringify(row))
      : dataset.format === 'paired'
        ? repeats(pairs, (pair) => pairKey(pair))
        : repeats(completions, (row) => `${completionKey(row)}${row.reward}`);
  const counts = new Map<string, { prompt: string; rows: number }>();
  for (const row of promptsOf(dataset)) {
    const key = promptIdentity(row);
    const before = counts.get(key);
    if (before) before.rows++;
    else counts.set(key, { prompt: row.prompt, rows: 1 });
  }
  const repeated = [...counts.values()].filter(({ rows: count }) => count > 1);
  const [first, ...others] = repeated;
  if (!first) return { rows, repeatedPrompts: 0 };
  const mostRepeated = others.reduce((most, next) => (next.rows > most.rows ? next : most), first);
  return { rows, repeatedPrompts: repeated.length, mostRepeated };
}

/** Pairs whose reverse came before, and completions of a prompt that came before with another score. */
export function contradictionsOf({ format, pairs, completions }: Dataset): Match[] {
  if (format === 'paired') return among(pairs, pairKey, (pair) => pairKey(reversed(pair)));
  const first = new Map<string, ScoredCompletion>();
  return completions.flatMap((row) => {
    const key = completionKey(row);
    const before = first.get(key);
    if (!before) first.set(key, row);
    return before && before.reward !== row.reward ? [match(row, before)] : [];
  });
}

/** What of a dataset stands in another one too. */
export function leaksOf(dataset: Dataset, other: Dataset): Leaks {
  const places = firstPlaces(promptsOf(other), promptIdentity);
  const eitherWay = [...other.pairs, ...other.pairs.map(reversed)];
  const pairPlaces = firstPlaces(eitherWay, pairKey);
  return {
    against: other.source,
    prompts: found(promptsOf(dataset), promptIdentity, places),
    pairs: found(dataset.pairs, pairKey, pairPlaces),
  };
}

/** The rows that can be used, as what they ask for. */
export function promptsOf({ format, prompts, completions, pairs }: Dataset): readonly AskedRow[] {
  if (format === 'prompts') return prompts;
  return format === 'paired' ? pairs : completions;
}

/** The same for pairs of one prompt with the same texts, chosen and rejected. */
function pairKey(pair: PreferencePair): string {
  return JSON.stringify([promptIdentity(pair), pair.chosen, pair.rejected]);
}

function completionKey(row: ScoredCompletion): string {
  return JSON.stringify([promptIdentity(row), row.completion]);
}

function reversed(pair: PreferencePair): PreferencePair {
  return { ...pair, chosen: pair.rejected, rejected: pair.chosen };
}

/** Rows whose key an earlier row has. */
function repeats<T extends Place>(rows: readonly T[], keyOf: (row: T) => string): Match[] {
  return among(rows, keyOf, keyOf);
}

/** Rows for which an earlier one has the key that is looked for. */
function among<T extends Place>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  soughtBy: (row: T) => string,
): Match[] {
  const first = new Map<string, Place>();
  return rows.flatMap((row) => {
    const before = first.get(soughtBy(row));
    const key = keyOf(row);
    if (!first.has(key)) first.set(key, row);
    return before ? [match(row, before)] : [];
  });
}

function firstPlaces<T extends Place>(rows: readonly T[], keyOf: (row: T) => string): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const row of rows) {
    const key = keyOf(row);
    if (!places.has(key)) places.set(key, row);
  }
  return places;
}

function found<T extends Place>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  places: ReadonlyMap<string, Place>,
): Match[] {
  return rows.flatMap((row) => {
    const place = places.get(keyOf(row));
    return place ? [match(row, place)] : [];
  });
}

function match(row: Place, other: Place): Match {
  return { ...fileAndLine(row), other: fileAndLine(other) };
}
