import { InputError } from '../common/index.js';
import { loadPrompts, type PromptRow } from '../data/index.js';

/** Where prompts come from: an option, a file, or else stdin. */
export interface PromptFlags {
  prompt?: string;
  prompts?: string;
}

/**
 * The prompts that the options name.
 * @param turns `env.turns` of a run of dialogues
 * @returns them, and what to call their file in messages
 * @throws InputError when there are none.
 */
export async function promptRows(
  { prompt, prompts }: PromptFlags,
  turns: number | undefined,
): Promise<{ rows: PromptRow[]; source: string }> {
  if (prompt !== undefined && prompts !== undefined) {
    throw new InputError('--prompt and --prompts exclude each other');
  }
  if (prompts !== undefined) return { rows: loadPrompts(prompts, turns), source: prompts };
  if (prompt !== undefined) return { rows: [textRow(prompt, 1)], source: '--prompt' };
  if (process.stdin.isTTY) throw new InputError('no prompt: give --prompt, --prompts, or text on stdin');
  const lines = (await readAll(process.stdin)).split(/\r?\n/);
  const rows = lines.map((line, i) => textRow(line, i + 1)).filter((row) => row.prompt.trim() !== '');
  if (rows.length === 0) throw new InputError('stdin holds no prompt');
  return { rows, source: 'stdin' };
}

function textRow(prompt: string, line: number): PromptRow {
  return { prompt, row: {}, line };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const piece of stream) text += String(piece);
  return text;
}
