import { type DecoderInput, takeRows } from '../decoder.js';
import type { Tensors } from '../session.js';

/** Prompts side by side, padded on the left to the longest. */
export function paddedPrompts(prompts: readonly (readonly number[])[]): DecoderInput {
  const width = Math.max(...prompts.map(({ length }) => length));
  return { ...lastTokens(prompts, width, 0), cache: undefined };
}

/**
 * What follows the common beginning of prompts. Every row gives as many of its last tokens as the longest end has, and
 * takes less of the beginning where its own is shorter: so no padding stands between the two.
 */
export function paddedEnds(
  prompts: readonly (readonly number[])[],
  shared: number,
  beginning: Tensors,
): DecoderInput {
  const width = Math.max(...prompts.map(({ length }) => length)) - shared;
  const cache = takeRows(
    beginning,
    1,
    prompts.map(() => 0),
  );
  return { ...lastTokens(prompts, width, shared), cache };
}

/** The last `width` tokens of every prompt, behind `past` columns with their first ones. */
function lastTokens(
  prompts: readonly (readonly number[])[],
  width: number,
  past: number,
): Omit<DecoderInput, 'cache'> {
  const rows = prompts.length;
  const tokens = new BigInt64Array(rows * width);
  const positions = new BigInt64Array(rows * width);
  const mask = new BigInt64Array(rows * (past + width));
  prompts.forEach((prompt, row) => {
    const before = Math.max(0, prompt.length - width);
    const end = (row + 1) * width;
    for (let i = before; i < prompt.length; i++) {
      tokens[end - prompt.length + i] = BigInt(prompt[i]);
      positions[end - prompt.length + i] = BigInt(i);
    }
    const start = row * (past + width);
    mask.fill(1n, start, start + before);
    mask.fill(1n, start + past + width - (prompt.length - before), start + past + width);
  });
  return { rows, width, tokens, mask, positions };
}
