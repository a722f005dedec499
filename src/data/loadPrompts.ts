import { extname } from 'node:path';
import { InputError } from '../common/index.js';
import { promptOf } from './promptOf.js';
import { readText } from './readText.js';
import { tableOfCsv } from './rows/csv.js';
import { rowsOfJsonl } from './rows/json.js';
import { type OnBadRow, type Row, readEach, refuseBadRow } from './rows/types.js';
import type { PromptRow } from './types.js';

const readers: ReadonlyMap<string, (text: string, file: string, onBad: OnBadRow) => Row[]> = new Map([
  ['.txt', rowsOfText],
  ['.jsonl', rowsOfJsonl],
  ['.csv', rowsOfCsv],
]);

/**
 * Reads a dataset of prompts.
 *
 * - `.txt`: one a line.
 * - `.jsonl`: an object a line, with a `prompt` (a text, or TRL's list of messages), with `messages`, whose last
 *   answer is cut off, or with the user's `turns` of a dialogue (a list of texts) and perhaps a `system` message.
 * - `.csv`: a header row with a `prompt` column.
 *
 * Blank lines are skipped. LF and CRLF end lines; a byte order mark is ignored. Prompts stay as they are, white
 * space included.
 *
 * @param file Looked for in the current directory, then among the bundled files.
 * @param turns Plays conversations as dialogues of at most so many answers: of `messages`, all answers are left out, to
 *   be given anew.
 * @throws InputError with the file and the line when it is missing, of another kind, not UTF-8, broken or empty.
 */
export function loadPrompts(file: string, turns?: number): PromptRow[] {
  const rows = readEach(
    promptRows(file, refuseBadRow),
    ({ columns, line }) => ({ ...promptOf(columns, turns), line }),
    refuseBadRow,
  );
  if (rows.length === 0) throw new InputError(`${file} holds no prompts`);
  return rows;
}

/** The rows of a file of prompts, as they stand there. @throws InputError as {@link loadPrompts}. */
export function promptRows(file: string, onBad: OnBadRow): Row[] {
  const extension = extname(file).toLowerCase();
  const reader = readers.get(extension);
  const text = readText(file);
  if (reader) return reader(text, file, onBad);
  const hint = extension === '.json' ? '; write one JSON object a line and call it .jsonl' : '';
  throw new InputError(`${file}: prompts come as .txt, .jsonl or .csv${hint}`);
}

function rowsOfText(text: string, name: string): Row[] {
  const file = { name, numbered: 'line' } as const;
  return text
    .split(/\r?\n/)
    .flatMap((prompt, i) => (prompt.trim() === '' ? [] : [{ columns: { prompt }, file, line: i + 1 }]));
}

function rowsOfCsv(text: string, file: string, onBad: OnBadRow): Row[] {
  const { names, rows } = tableOfCsv(text, file, onBad);
  if (names.length === 0 || names.includes('prompt')) return rows;
  throw new InputError(`${file}:1: no 'prompt' column (its columns: ${names.join(', ')})`);
}
