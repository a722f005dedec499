import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../common/index.js';
import { type OnBadRow, type Row, type RowFile, readEach } from './types.js';

/** A table: its columns are known even without rows. */
export interface Table {
  names: readonly string[];
  rows: Row[];
}

/**
 * The rows of a CSV text with a header row; every cell is a text.
 * @throws InputError when it is no CSV, or two columns have one name.
 */
export function tableOfCsv(text: string, name: string, onBad: OnBadRow): Table {
  const file: RowFile = { name, numbered: 'line' };
  const [header, ...records] = parseRecords(text, name);
  const names = header?.fields.map((column) => column.trim()) ?? [];
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (header && twice !== undefined) {
    throw new InputError(`${name}:${header.line}: two columns are named '${twice}'`);
  }
  const placed = records.map((record) => ({ ...record, file }));
  const rows = readEach(
    placed,
    ({ fields, line }) => {
      if (fields.length !== names.length) {
        throw new InputError(`the row has ${fields.length} of the header's ${names.length} fields`);
      }
      return { columns: Object.fromEntries(names.map((column, i) => [column, fields[i]])), file, line };
    },
    onBad,
  );
  return { names, rows };
}

const LF = 0x0a;
const CR = 0x0d;

interface CsvRecord {
  fields: string[];
  /** Where it starts, from 1. */
  line: number;
}

function parseRecords(text: string, file: string): CsvRecord[] {
  const bytes = Buffer.from(text);
  const records: CsvRecord[] = [];
  // csv-parse counts a CRLF inside quotes as two lines, so lines are counted here.
  let start = skipBlankLines(bytes, { offset: 0, line: 1 });
  try {
    parse(bytes, {
      skip_empty_lines: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n'],
      on_record: (fields: string[], info: { bytes: number }) => {
        records.push({ fields, line: start.line });
        const lines = bytes.subarray(start.offset, info.bytes).filter((byte) => byte === LF).length;
        start = skipBlankLines(bytes, { offset: info.bytes, line: start.line + lines });
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const problem = error.message.replace(/ (at|on) line \d+/, '');
    throw new InputError(`${file}:${start.line}: not valid CSV: ${problem}`);
  }
  return records;
}

function skipBlankLines(bytes: Uint8Array, from: { offset: number; line: number }) {
  let { offset, line } = from;
  for (; bytes[offset] === LF || bytes[offset] === CR; offset++) if (bytes[offset] === LF) line++;
  return { offset, line };
}
