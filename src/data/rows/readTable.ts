import { InputError } from '../../common/index.js';
import { readBytes, readText } from '../readText.js';
import { type Table, tableOfCsv } from './csv.js';
import { rowsOfJson, rowsOfJsonl } from './json.js';
import { tableOfParquet } from './parquet.js';
import { typedCells } from './typedCells.js';
import type { OnBadRow, Row } from './types.js';

/** The kinds of files that hold tables, by their endings; texts may be packed, which adds `.gz`. */
export const TABLE_KINDS = ['parquet', 'jsonl', 'json', 'csv'] as const;
export type TableKind = (typeof TABLE_KINDS)[number];

const ENDING = new RegExp(`\\.(${TABLE_KINDS.join('|')})(\\.gz)?$`, 'i');

/** What kind of table a file holds, by its name; undefined where it holds none. */
export function tableKind(file: string): TableKind | undefined {
  const [, ending = '', packed] = ENDING.exec(file) ?? [];
  const kind = TABLE_KINDS.find((known) => known === ending.toLowerCase());
  return kind === 'parquet' && packed !== undefined ? undefined : kind;
}

/**
 * Reads a `.jsonl`, `.json`, `.csv` or `.parquet` file; texts may be packed as `.gz`. In CSV, where all cells are texts,
 * those of columns that hold numbers, labels or messages are read as such.
 * @param name What messages call it; default its path.
 * @throws InputError when it is missing, of another kind or broken.
 */
export async function readTable(path: string, onBad: OnBadRow, name: string = path): Promise<Table> {
  switch (tableKind(path)) {
    case 'parquet':
      return tableOfParquet(readBytes(path, name), name);
    case 'csv': {
      const { names, rows } = tableOfCsv(readText(path, name), name, onBad);
      return { names, rows: rows.map((row) => ({ ...row, columns: typedCells(row.columns) })) };
    }
    case 'json':
      return untitled(rowsOfJson(readText(path, name), name, onBad));
    case 'jsonl':
      return untitled(rowsOfJsonl(readText(path, name), name, onBad));
    default:
      // What is missing is told before what is of another kind.
      readBytes(path, name);
      throw new InputError(
        `${name}: rows come as .jsonl, .json, .csv or .parquet (also .gz of the first three)`,
      );
  }
}

/** Reads several files, one after the other. See {@link readTable}. */
export async function readTables(
  files: readonly { path: string; name: string }[],
  onBad: OnBadRow,
): Promise<Table[]> {
  const tables: Table[] = [];
  for (const { path, name } of files) tables.push(await readTable(path, onBad, name));
  return tables;
}

/** JSON names no columns by itself: its first row's stand for all. */
function untitled(rows: Row[]): Table {
  return { names: Object.keys(rows[0]?.columns ?? {}), rows };
}
