import type { DecoderInput } from './decoder.js';

/** A prompt of the vocabulary's first token, for trying out a graph: `[rows, width]`. */
export function probeInput(rows: number, width: number): DecoderInput {
  const positions = Array.from({ length: rows * width }, (_, i) => i % width);
  return inputOf(rows, width, width, positions);
}

/** One more of these tokens for every row, the `length`-th. */
export function probeStep(rows: number, length: number): DecoderInput {
  const positions = Array.from({ length: rows }, () => length - 1);
  return inputOf(rows, 1, length, positions);
}

function inputOf(rows: number, width: number, length: number, positions: readonly number[]): DecoderInput {
  return {
    rows,
    width,
    tokens: new BigInt64Array(rows * width),
    mask: new BigInt64Array(rows * length).fill(1n),
    positions: BigInt64Array.from(positions, BigInt),
    cache: undefined,
  };
}
