import { colour } from './colour.js';

/** The lines of a table, its columns padded to line up and its first row bold. @param rows all of the same length */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row, i) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
    return i === 0 ? colour.bold(line) : line;
  });
}
