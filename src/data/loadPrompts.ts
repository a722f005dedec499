import { extname } from 'node:path';
import { InputError } from '../common/index.js';
import { promptsOfCsv } from './csv.js';
import { promptsOfJsonl } from './jsonl.js';
import { readText } from './readText.js';
import type { PromptRow } from './types.js';

const readers: ReadonlyMap<string, (text: string, file: string, turns?: number) => PromptRow[]> = new Map([
  ['.txt', promptsOfText],
  ['.jsonl', promptsOfJsonl],
  ['.csv', promptsOfCsv],
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
  const extension = extname(file).toLowerCase();
  const reader = readers.get(extension);
  const text = readText(file);
  if (!reader) {
    const hint = extension === '.json' ? '; write one JSON object a line and call it .jsonl' : '';
    throw new InputError(`${file}: prompts come as .txt, .jsonl or .csv${hint}`);
  }
  const rows = reader(text, file, turns);
  if (rows.length === 0) throw new InputError(`${file} holds no prompts`);
  return rows;
}

function promptsOfText(text: string): PromptRow[] {
  const rows = text.split(/\r?\n/).map((prompt, i) => ({ prompt, row: {}, line: i + 1 }));
  return rows.filter(({ prompt }) => prompt.trim() !== '');
}
