import { InputError } from '../../common/index.js';
import { dataFiles } from '../datasets/dataFiles.js';
import type { DatasetOptions } from '../datasets/datasetFiles.js';
import { readTables } from '../rows/readTable.js';
import { type BadRow, gatherInto, refuseBadRow } from '../rows/types.js';
import type { PairingOptions } from './pairCompletions.js';
import { formatOfTables, noPreferences, pairsOf } from './readPreferences.js';
import { describeSkips } from './skips.js';
import type { PreferenceSet, SkippedRow } from './types.js';

export interface LoadPreferencesOptions extends PairingOptions, DatasetOptions {
  /** Lists malformed rows in `skipped` rather than throwing at the first; default false. */
  lenient?: boolean;
}

/**
 * Reads preference pairs in TRL's formats from `.jsonl`, `.json` (a list, or an object a line), `.csv` or `.parquet`;
 * texts may be packed as `.gz`. The first row's columns tell which format it is:
 *
 * - `chosen` and `rejected`, texts or lists of messages, with the `prompt` or begun by it (see {@link pairOf}), and
 *   perhaps a `margin`;
 * - `prompt`, `completion` and `label` (true or false, 1 or 0): each liked completion of a prompt is paired with each
 *   disliked one;
 * - `prompt`, `completion` and `reward`, `score` or `rank` (1 is best): any two completions of a prompt that differ in it
 *   by `minMargin` or more are a pair, and the difference is its margin. Ranks become scores as in {@link scoresOfRanks}.
 *
 * Other columns are kept in `row`. Ties, equal texts and the like are never errors, but listed in `skipped`.
 *
 * @param source A file, looked for in the current directory, then among the bundled ones; or a dataset on the hub,
 *   `owner/name` or `hf://datasets/owner/name[@revision][/path]`, which is downloaded once to the cache of models.
 * @throws InputError when it is missing, of another kind, broken, has other columns or makes no pair; and at the first
 *   malformed row, unless `lenient`.
 * @throws Interrupted when `signal` ends a download.
 */
export async function loadPreferences(
  source: string,
  { lenient = false, minMargin = 0, ...options }: LoadPreferencesOptions = {},
): Promise<PreferenceSet> {
  const bad: BadRow[] = [];
  const onBad = lenient ? gatherInto(bad) : refuseBadRow;
  const tables = await readTables(await dataFiles(source, options), onBad);
  const format = formatOfTables(tables);
  if (!format) throw noPreferences(tables, source, bad);
  if (minMargin > 0 && (format.format === 'paired' || format.format === 'unpaired')) {
    throw new InputError(
      `${source} holds ${format.format} texts, which no scores divide: leave out the smallest margin`,
    );
  }
  const rows = tables.flatMap((table) => table.rows);
  const unread = bad.length;
  const { pairs, skipped } = pairsOf(rows, format, onBad, { minMargin });
  const malformed = bad.map(({ place: _, ...row }): SkippedRow => ({ ...row, kind: 'bad row' }));
  const all = [...malformed, ...skipped];
  if (pairs.length === 0) throw new InputError(`${source} makes no pair: ${describeSkips(all)}`);
  return {
    format: format.format,
    rows: rows.length + unread,
    pairs,
    skipped: all,
    emptyRejected: pairs.filter(({ rejected }) => rejected.trim() === '').length,
  };
}
