import { extname } from 'node:path';
import { InputError } from '../../common/index.js';
import { dataFiles } from '../datasets/dataFiles.js';
import type { DatasetOptions } from '../datasets/datasetFiles.js';
import { promptRows } from '../loadPrompts.js';
import { PREFERENCE_FORMS, type RowFormat } from '../preferences/format.js';
import {
  completionsOf,
  formatOfTables,
  noRows,
  pairsOf,
  pairsOfCompletions,
} from '../preferences/readPreferences.js';
import type { PreferenceFormat, PreferencePair, ScoredCompletion, SkippedRow } from '../preferences/types.js';
import { promptOf } from '../promptOf.js';
import type { Table } from '../rows/csv.js';
import { readTables } from '../rows/readTable.js';
import { type BadRow, gatherInto, type Row, readEach } from '../rows/types.js';
import type { PromptRow } from '../types.js';

/** A dataset of any kind, with what is wrong with it. */
export interface Dataset {
  source: string;
  files: readonly string[];
  format: 'prompts' | PreferenceFormat;
  /** How many there are, with the bad ones. */
  rows: number;
  /** Of `prompts`. */
  prompts: (PromptRow & { file?: string })[];
  /** Of `scored`, `ranked` and `unpaired`. */
  completions: ScoredCompletion[];
  /** Of all but `prompts`. */
  pairs: PreferencePair[];
  skipped: SkippedRow[];
  bad: BadRow[];
}

const PROMPT_COLUMNS = ['prompt', 'messages', 'turns'];

/**
 * Reads prompts, scored or ranked completions, or preferences, whichever a file or a dataset on the hub holds. Bad rows
 * are gathered.
 * @throws InputError when it is missing, broken as a whole, or holds none of these.
 */
export async function readDataset(source: string, options: DatasetOptions): Promise<Dataset> {
  const files = await dataFiles(source, options);
  const names = files.map(({ name }) => name);
  const isText = extname(source).toLowerCase() === '.txt';
  const bad: BadRow[] = [];
  const tables = isText ? [] : await readTables(files, gatherInto(bad));
  const format = formatOfTables(tables);
  if (format) return preferencesOf(source, names, tables, format, bad);
  if (!isText) refuseUnlessPrompts(source, tables, bad);
  return promptsOf(source);
}

function preferencesOf(
  source: string,
  files: readonly string[],
  tables: readonly Table[],
  format: RowFormat,
  bad: BadRow[],
): Dataset {
  const rows = tables.flatMap((table) => table.rows);
  const read = { source, files, format: format.format, rows: rows.length + bad.length, prompts: [], bad };
  const onBad = gatherInto(bad);
  if (format.column === undefined) {
    return { ...read, completions: [], ...pairsOf(rows, format, onBad, {}) };
  }
  const completions = completionsOf(rows, format, onBad);
  return { ...read, completions, ...pairsOfCompletions(completions, format, {}) };
}

/** @throws InputError when some tables hold no prompts. */
function refuseUnlessPrompts(source: string, tables: readonly Table[], bad: readonly BadRow[]): void {
  const names = new Set(tables.flatMap((table) => table.names));
  const rows: readonly Row[] = tables.flatMap((table) => table.rows);
  if (rows.some(({ columns }) => PROMPT_COLUMNS.some((name) => name in columns))) return;
  if (names.size > 0) {
    throw new InputError(
      `${source} has the columns ${[...names].join(', ')}: prompts have 'prompt', 'messages' or 'turns', and ` +
        `preferences ${PREFERENCE_FORMS}`,
    );
  }
  throw noRows(source, bad);
}

/** Prompts, as they are read for training. */
function promptsOf(source: string): Dataset {
  const bad: BadRow[] = [];
  const rows = promptRows(source, gatherInto(bad));
  const count = rows.length + bad.length;
  if (count === 0) throw new InputError(`${source} holds no prompts`);
  const read = ({ columns, line, file }: Row) => {
    // A dialogue is checked whole, whatever part of it is played.
    const turns = 'turns' in columns ? Number.POSITIVE_INFINITY : undefined;
    return { ...promptOf(columns, turns), line, file: file.name };
  };
  const prompts = readEach(rows, read, gatherInto(bad));
  return {
    ...{ source, files: [source], format: 'prompts', rows: count, prompts },
    ...{ completions: [], pairs: [], skipped: [], bad },
  };
}
