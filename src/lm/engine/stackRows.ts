import { Tensor } from 'onnxruntime-node';
import { allocate, bytesOf } from '../rows.js';
import type { Tensors } from '../session.js';

/** Some rows of what a model remembers. */
export interface CachePart {
  cache: Tensors;
  /** Rows of the cache; the first size of each tensor is a multiple of them. */
  rows: number;
  /** Those to take, in this order; a row may stand there several times. */
  kept: readonly number[];
}

/** The columns of a tensor, of which its rows need not use all. */
export interface Columns {
  /** The dimension that they are. */
  axis: number;
  /** How many there are to be. */
  width: number;
  /** Where a row's own columns stand; the others are zeros. */
  side: 'first' | 'last';
}

/** The cache with only the rows in `kept`, in that order; a row may stand there several times. */
export function takeRows(cache: Tensors, rows: number, kept: readonly number[]): Tensors {
  return stackRows([{ cache, rows, kept }], () => undefined);
}

/**
 * Rows of one or several caches, one below the other.
 * @param columnsOf The columns of the tensor `name`: rows get more of them, or lose some. undefined: they stay as they are.
 */
export function stackRows(
  parts: readonly CachePart[],
  columnsOf: (name: string) => Columns | undefined,
): Tensors {
  const stacked: Tensors = {};
  for (const name of Object.keys(parts[0].cache)) stacked[name] = stackTensors(parts, name, columnsOf(name));
  return stacked;
}

function stackTensors(parts: readonly CachePart[], name: string, columns: Columns | undefined): Tensor {
  const [{ cache, rows }] = parts;
  const { type, dims } = cache[name];
  const sizes = dims.slice(1);
  if (columns) sizes[columns.axis - 1] = columns.width;
  const count = parts.reduce((sum, { kept }) => sum + kept.length, 0);
  const shape = [(dims[0] / rows) * count, ...sizes];
  const data = allocate(type, productOf(shape));
  const to = bytesOf(data);
  const rowBytes = to.length / count;
  let start = 0;
  for (const part of parts) {
    const tensor = part.cache[name];
    const from = bytesOf(tensor.data);
    const bytes = from.length / part.rows;
    const copy = copierOf(tensor, columns, bytes);
    for (const row of part.kept) {
      copy(from.subarray(row * bytes, (row + 1) * bytes), to.subarray(start, start + rowBytes));
      start += rowBytes;
    }
  }
  return new Tensor(type, data, shape);
}

/** What copies a row of a tensor, `bytes` long: what it has of each block of columns, as far as there is room. */
function copierOf({ dims }: Tensor, wanted: Columns | undefined, bytes: number) {
  const columns = dims[wanted?.axis ?? 0];
  if (wanted === undefined || columns === wanted.width) {
    return (from: Uint8Array, to: Uint8Array) => to.set(from);
  }
  const { axis, width, side } = wanted;
  const blocks = productOf(dims.slice(1, axis));
  const size = columns === 0 ? 0 : bytes / (blocks * columns);
  const shared = Math.min(columns, width);
  const [skipped, padding] = side === 'last' ? [columns - shared, width - shared] : [0, 0];
  return (from: Uint8Array, to: Uint8Array) => {
    for (let block = 0; block < blocks; block++) {
      const start = (block * columns + skipped) * size;
      to.set(from.subarray(start, start + shared * size), (block * width + padding) * size);
    }
  };
}

function productOf(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}
