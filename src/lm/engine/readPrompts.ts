import type { Decoder, DecoderInput } from '../decoder.js';
import type { Tensors } from '../session.js';
import type { Prefill } from './batch.js';
import { takeRows } from './stackRows.js';

/** The common beginning of some prompts, read once. */
export interface Beginning {
  tokens: readonly number[];
  cache: Tensors;
}

/**
 * Reads prompts side by side, each with its end in the last column. Behind a common beginning, every row gives as many of
 * its last tokens as the longest end has, and takes less of the beginning where its own end is shorter: so no padding
 * stands within a prompt.
 */
export async function readPrompts(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  beginning?: Beginning,
): Promise<Prefill> {
  const past = beginning?.tokens.length ?? 0;
  const width = prompts.reduce((most, { length }) => Math.max(most, length), 0) - past;
  const columns = prompts.map(({ length }) => columnsOf(length, width, past));
  const start = prompts.map(() => 0);
  const cache = beginning && takeRows(beginning.cache, 1, start);
  return { ...(await decoder.forward({ ...inputOf(prompts, width, past, columns), cache })), columns };
}

/** Where a prompt's tokens stand: its last ones at the end, those before them from the first column on. */
function columnsOf(length: number, width: number, past: number): Prefill['columns'][number] {
  const before = Math.max(0, length - width);
  const last = [past + width - (length - before), past + width] as const;
  return past === 0 ? [last] : [[0, before], last];
}

/** The last `width` tokens of every prompt, behind `past` columns. */
function inputOf(
  prompts: readonly (readonly number[])[],
  width: number,
  past: number,
  columns: Prefill['columns'],
): Omit<DecoderInput, 'cache'> {
  const rows = prompts.length;
  const tokens = new BigInt64Array(rows * width);
  const positions = new BigInt64Array(rows * width);
  const mask = new BigInt64Array(rows * (past + width));
  prompts.forEach((prompt, row) => {
    const shift = (row + 1) * width - prompt.length;
    for (let i = Math.max(0, prompt.length - width); i < prompt.length; i++) {
      tokens[shift + i] = BigInt(prompt[i]);
      positions[shift + i] = BigInt(i);
    }
    const offset = row * (past + width);
    for (const [start, end] of columns[row]) mask.fill(1n, offset + start, offset + end);
  });
  return { rows, width, tokens, mask, positions };
}
