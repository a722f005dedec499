import { Tensor } from 'onnxruntime-node';
import { type CachePart, type Columns, stackRows } from '../engine/stackRows.js';
import { isCache, isTargetCache } from '../onnx/caches.js';
import { PADDING_INPUTS } from '../onnx/targetPadding.js';
import type { Tensors } from '../session.js';
import { DECODER_INPUTS } from './graphs.js';

/**
 * The inputs that tell a decoder of padding before targets.
 * @param padding Columns of padding of each row; `[rows]`.
 * @param past Columns in the KV cache.
 * @param width Tokens of each row to be read.
 */
export function paddingInputs(padding: readonly number[], past: number, width: number): Tensors {
  const rows = padding.length;
  const columns = past + width;
  const mask = new Float32Array(rows * columns);
  const shift = new BigInt64Array(rows * width);
  padding.forEach((own, row) => {
    mask.fill(Number.NEGATIVE_INFINITY, row * columns, row * columns + own);
    shift.fill(BigInt(-own), row * width, (row + 1) * width);
  });
  return {
    [PADDING_INPUTS.mask]: new Tensor('float32', mask, [rows, 1, 1, columns]),
    [PADDING_INPUTS.shift]: new Tensor('int64', shift, [rows, width]),
  };
}

/**
 * What a decoder remembers of some rows, one below the other: of targets the last `length` columns, with padding on the
 * left; of sources as many as the longest has, with padding on the right.
 */
export function stackTargets(parts: readonly CachePart[], length: number): Tensors {
  const sourceLength = Math.max(...parts.map(longestSource));
  return stackRows(parts, (name): Columns => {
    if (isTargetCache(name)) return { axis: 2, width: length, side: 'last' };
    return { axis: isCache(name) ? 2 : 1, width: sourceLength, side: 'first' };
  });
}

/** Tokens of the longest source of some rows. */
function longestSource({ cache, rows, kept }: CachePart): number {
  const { data, dims } = cache[DECODER_INPUTS.mask];
  const width = dims[1];
  if (!(data instanceof BigInt64Array) || dims[0] !== rows)
    throw new TypeError('expected a mask of the sources');
  const lengths = kept.map((row) => data.subarray(row * width, (row + 1) * width).lastIndexOf(1n) + 1);
  return Math.max(...lengths);
}
