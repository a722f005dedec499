import { InputError } from '../../common/index.js';
import type { Table } from '../rows/csv.js';
import { type BadRow, type OnBadRow, type Row, readEach } from '../rows/types.js';
import { completionOf } from './completionOf.js';
import { formatOf, PREFERENCE_FORMS, type RowFormat, type ScoreColumn } from './format.js';
import { type Pairing, type PairingOptions, pairCompletions, pairLabelled } from './pairCompletions.js';
import { pairOf } from './pairOf.js';
import { scoresOfRanks } from './ranks.js';
import { fileAndLine, skipOf } from './skips.js';
import type { ScoredCompletion } from './types.js';

/** How the rows of some tables tell preferences, or undefined: as the first row that does. */
export function formatOfTables(tables: readonly Table[]): RowFormat | undefined {
  for (const { names, rows } of tables) {
    const format = formatOf(names);
    if (format) return format;
    for (const { columns } of rows) {
      const found = formatOf(Object.keys(columns));
      if (found) return found;
    }
  }
  return undefined;
}

/** What to say of tables without preferences. @param source What messages call them. */
export function noPreferences(tables: readonly Table[], source: string, bad: readonly BadRow[]): InputError {
  const names = [...new Set(tables.flatMap((table) => table.names))];
  if (names.length === 0) return noRows(source, bad);
  return new InputError(
    `${source} has the columns ${names.join(', ')}: preferences have ${PREFERENCE_FORMS}`,
  );
}

/** What to say of tables without a row that can be read. */
export function noRows(source: string, [first]: readonly BadRow[]): InputError {
  return new InputError(first ? `${first.place}: ${first.reason}` : `${source} holds no rows`);
}

/**
 * The scored completions of rows that have no pairs.
 * @param read Reads one, by the column of its score.
 */
export function completionsOf(
  rows: readonly Row[],
  { format, column }: RowFormat,
  onBad: OnBadRow,
  read: (row: Row, column: ScoreColumn) => ScoredCompletion = completionOf,
): ScoredCompletion[] {
  if (column === undefined) return [];
  const completions = readEach(rows, (row) => read(row, column), onBad);
  return format === 'ranked' ? scoresOfRanks(completions) : completions;
}

/** The pairs of rows, and what gives none. */
export function pairsOf(
  rows: readonly Row[],
  format: RowFormat,
  onBad: OnBadRow,
  options: PairingOptions,
): Pairing {
  if (format.column !== undefined) {
    return pairsOfCompletions(completionsOf(rows, format, onBad), format, options);
  }
  return withoutSkips({ pairs: readEach(rows, pairOf, onBad), skipped: [] });
}

/** The pairs of what {@link completionsOf} gave, and what gives none. */
export function pairsOfCompletions(
  completions: readonly ScoredCompletion[],
  { format }: RowFormat,
  options: PairingOptions,
): Pairing {
  return withoutSkips(
    format === 'unpaired' ? pairLabelled(completions) : pairCompletions(completions, options),
  );
}

/** Leaves out the pairs that tell nothing. */
function withoutSkips({ pairs, skipped }: Pairing): Pairing {
  const kept: Pairing = { pairs: [], skipped: [...skipped] };
  for (const pair of pairs) {
    const skip = skipOf(pair);
    if (skip) kept.skipped.push({ ...fileAndLine(pair), ...skip });
    else kept.pairs.push(pair);
  }
  return kept;
}
