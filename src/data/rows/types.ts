import { InputError } from '../../common/index.js';

/** A file of rows, as messages name it. */
export interface RowFile {
  name: string;
  /** What a row is found by: the line where it starts, or its number where the file has no lines. */
  numbered: 'line' | 'row';
}

/** Where a row stands. */
export interface RowPlace {
  file: RowFile;
  /** The line where it starts, or its number; both counted from 1. */
  line: number;
}

/** One row of a dataset, as its file holds it. */
export interface Row extends RowPlace {
  columns: Readonly<Record<string, unknown>>;
}

/** A row that cannot be used. */
export interface BadRow {
  /** Where it stands, as messages say it: `file:line`, or `file: row number`. */
  place: string;
  /** The file that it was read from, as messages name it. */
  file: string;
  /** The line where it starts; in Parquet and in a JSON list, its number. Counted from 1. */
  line: number;
  /** What is wrong with it, and how to mend it. */
  reason: string;
}

/** What becomes of a row that cannot be used. */
export type OnBadRow = (place: RowPlace, reason: string) => void;

/** `file:line`, or `file: row number`. */
export function placeOf({ file, line }: RowPlace): string {
  return file.numbered === 'line' ? `${file.name}:${line}` : `${file.name}: row ${line}`;
}

/** @throws InputError for the first bad row. */
export const refuseBadRow: OnBadRow = (place, reason) => {
  throw new InputError(`${placeOf(place)}: ${reason}`);
};

/** Gathers bad rows into a list. */
export function gatherInto(bad: BadRow[]): OnBadRow {
  return (at, reason) => bad.push({ place: placeOf(at), file: at.file.name, line: at.line, reason });
}

/**
 * Reads every row by itself; those for which `read` throws an {@link InputError}, which names no place, are bad.
 * @returns What came of the others, in their order.
 */
export function readEach<R extends RowPlace, T>(
  rows: readonly R[],
  read: (row: R) => T,
  onBad: OnBadRow,
): T[] {
  return rows.flatMap((row) => {
    try {
      return [read(row)];
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      onBad(row, error.message);
      return [];
    }
  });
}
