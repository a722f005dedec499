import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../common/index.js';
import type { PromptRow } from './types.js';

/** The prompts of a CSV text with a header row. See {@link loadPrompts}. */
export function promptsOfCsv(text: string, file: string): PromptRow[] {
  const [header, ...records] = parseRecords(text, file);
  if (!header) return [];
  const names = header.fields.map((name) => name.trim());
  const column = names.indexOf('prompt');
  if (column < 0) {
    throw new InputError(`${file}:${header.line}: no 'prompt' column (its columns: ${names.join(', ')})`);
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new InputError(`${file}:${header.line}: two columns are named '${twice}'`);
  return records.map(({ fields, line }) => {
    const { prompt = '', ...row } = Object.fromEntries(names.map((name, i) => [name, fields[i]]));
    if (prompt.trim() === '') throw new InputError(`${file}:${line}: 'prompt' is empty`);
    return { prompt, row, line };
  });
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
