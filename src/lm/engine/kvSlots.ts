import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { allocateCache, type CacheNumbers, cacheNumbers } from '../rows.js';
import type { Tensors } from '../session.js';
import type { Prefill } from './batch.js';

/** A KV cache of the graph: `[rows, heads, columns, size]`. */
interface Slots {
  name: string;
  type: Tensor.Type;
  heads: number;
  size: number;
  data: CacheNumbers;
}

/** Columns that are added at once: what is not used yet costs attention a little, and adding some moves all. */
export const COLUMN_CHUNK = 32;

/** Memory that is too small becomes at least so many times larger. */
const GROWTH = 1.5;

/**
 * The KV cache of a batch, which stays in place: every row has its tokens' keys and values in the columns from 0 on, and
 * a step adds a column to each. The columns behind are hidden by the attention mask, and so is their order: keys carry
 * their position in themselves.
 *
 * ONNX Runtime's binding copies whatever a session returns, so a step that returned the whole cache would copy it, and
 * make a new one, for every token; returned are the newest columns alone.
 */
export class KvSlots {
  /** Columns of every row that are in use; `[rows]`. */
  readonly lengths: number[] = [];
  private columns = 0;
  private mask = new BigInt64Array(0);
  private readonly slots: Slots[];

  /**
   * @param caches The inputs of the graph that hold the cache, in the order in which a step returns their columns.
   * @param counted Whether the graph counts the mask's ones, and takes as many columns from the first on.
   */
  constructor(
    caches: readonly InferenceSession.TensorValueMetadata[],
    private readonly counted: boolean,
  ) {
    this.slots = caches.map(({ name, type, shape }) => {
      const [, heads, , size] = shape.map(Number);
      return { name, type, heads, size, data: allocateCache(type, 0) };
    });
  }

  /** Empties the cache; its memory stays for what comes next. */
  reset(): void {
    this.lengths.length = 0;
    this.columns = 0;
  }

  /** The cache as the graph's inputs, with room for one more token in every row. */
  feeds(): Tensors {
    const rows = this.lengths.length;
    this.reserve(rows, Math.max(...this.lengths) + 1);
    const feeds: Tensors = {};
    for (const { name, type, heads, size, data } of this.slots) {
      const used = data.subarray(0, rows * heads * this.columns * size);
      feeds[name] = new Tensor(type, used, [rows, heads, this.columns, size]);
    }
    return feeds;
  }

  /**
   * The attention mask of a step with {@link feeds}: the columns in use, and the newest token, which is the last;
   * `[rows, columns + 1]`. Where it is counted, only as wide as the longest row, for the graph's rotations may end there.
   */
  stepMask(): BigInt64Array {
    const width = (this.counted ? Math.max(...this.lengths) : this.columns) + 1;
    const size = this.lengths.length * width;
    if (this.mask.length < size) this.mask = new BigInt64Array(size);
    this.lengths.forEach((length, row) => {
      this.mask.fill(1n, row * width, row * width + length);
      this.mask.fill(0n, row * width + length, (row + 1) * width - 1);
      this.mask[(row + 1) * width - 1] = 1n;
    });
    return this.mask.subarray(0, size);
  }

  /** Adds what a step returned: of every cache the newest column, side by side; `[rows, heads, 1, caches * size]`. */
  append(newest: Tensor): void {
    const from = cacheNumbers(newest);
    const { lengths, columns } = this;
    const stride = newest.dims[3];
    this.slots.forEach(({ heads, size, data }, i) => {
      for (let row = 0; row < lengths.length; row++) {
        for (let block = row * heads; block < (row + 1) * heads; block++) {
          copyFew(data, (block * columns + lengths[row]) * size, from, block * stride + i * size, size);
        }
      }
    });
    for (let row = 0; row < lengths.length; row++) lengths[row]++;
  }

  /** Takes in the prompts `rows` of a prefill behind the rows under way. */
  admit({ cache, columns }: Prefill, rows: readonly number[]): void {
    const first = this.lengths.length;
    const lengths = rows.map((row) => columns[row].reduce((sum, [start, end]) => sum + end - start, 0));
    this.reserve(first + rows.length, Math.max(...lengths) + 1);
    this.lengths.push(...lengths);
    for (const { name, heads, size, data } of this.slots) {
      const from = cacheNumbers(cache[name]);
      const width = cache[name].dims[2];
      rows.forEach((row, i) => {
        for (let head = 0; head < heads; head++) {
          const block = (row * heads + head) * width;
          let to = ((first + i) * heads + head) * this.columns * size;
          for (const [start, end] of columns[row]) {
            data.set(from.subarray((block + start) * size, (block + end) * size), to);
            to += (end - start) * size;
          }
        }
      });
    }
  }

  /** Row `kept[i]` becomes row `i`; no row moves behind its place. */
  keep(kept: readonly number[]): void {
    for (const { heads, size, data } of this.slots) {
      const length = heads * this.columns * size;
      kept.forEach((row, i) => {
        if (row !== i) data.copyWithin(i * length, row * length, (row + 1) * length);
      });
    }
    kept.forEach((row, i) => {
      this.lengths[i] = this.lengths[row];
    });
    this.lengths.length = kept.length;
  }

  /** Makes room for so many rows, and makes every row at least so wide. */
  private reserve(rows: number, columns: number): void {
    const width = Math.max(this.columns, wholeChunks(columns));
    for (const slot of this.slots) {
      const length = rows * slot.heads * width * slot.size;
      const larger =
        slot.data.length < length
          ? allocateCache(slot.type, Math.max(length, GROWTH * slot.data.length))
          : slot.data;
      if (larger !== slot.data || width > this.columns) this.move(slot, larger, width);
      slot.data = larger;
    }
    this.columns = width;
  }

  /** Moves every row to where it begins at a greater width; from the last on, for it may be the same memory. */
  private move({ heads, size, data }: Slots, to: CacheNumbers, width: number): void {
    for (let block = this.lengths.length * heads - 1; block >= 0; block--) {
      const start = block * this.columns * size;
      const used = this.lengths[Math.floor(block / heads)] * size;
      if (to === data) data.copyWithin(block * width * size, start, start + used);
      else to.set(data.subarray(start, start + used), block * width * size);
    }
  }
}

function wholeChunks(columns: number): number {
  return COLUMN_CHUNK * Math.ceil(columns / COLUMN_CHUNK);
}

/** Copies a few numbers, faster than by views. */
function copyFew(to: CacheNumbers, at: number, from: CacheNumbers, start: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i];
}
