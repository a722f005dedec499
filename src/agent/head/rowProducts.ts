import { growTo, openWasm, roundUp } from '../../common/index.js';
import type { RowSource } from '../types.js';

/**
 * `products` of products.wat: dot products of a vector with rows that lie anywhere in the memory; all places are addresses
 * in bytes.
 * @param bytes the vector's length, a multiple of {@link VECTOR_UNIT}
 * @param addresses where `count` rows' addresses stand, 32 bits each; a multiple of {@link ROWS_AT_ONCE}
 */
type Products = (vector: number, bytes: number, addresses: number, count: number, out: number) => void;

/** Vectors and rows are of so many bytes, or a multiple: a line of the processor's caches. */
const VECTOR_UNIT = 64;
/** Rows are read so many at a time. */
const ROWS_AT_ONCE = 4;

const NUMBER_BYTES = 4;
/** The memory grows by this share of itself at least. */
const GROWTH = 0.25;
/** What 32-bit addresses reach. */
const MOST_BYTES = 2 ** 32;

/**
 * Products of vectors with the actions' rows, `g . e_a`. The rows that were asked for are kept in WebAssembly's memory,
 * where its SIMD instructions read each where it lies: gathering them first, as a graph has to, moves megabytes at every
 * step.
 */
export class RowProducts {
  readonly #source: RowSource;
  readonly #size: number;
  /** Bytes of a row or a vector with the zeros that fill it up. */
  readonly #stride: number;
  readonly #mostBytes: number;
  readonly #module = openWasm<Products>('#products', 'products');
  /** Where each action's row stands; 0 where it does not. */
  readonly #addresses: Uint32Array;
  /** Where vectors, candidates' addresses and products stand during a call. */
  #scratch = { at: 0, bytes: 0 };
  /** The end of what is in use; nothing stands at 0. */
  #end = VECTOR_UNIT;
  #floats = new Float32Array(0);
  #words = new Uint32Array(0);

  /**
   * @param size numbers of a row
   * @param mostBytes of memory: where it is full, rows that are not asked for make room
   */
  constructor(source: RowSource, size: number, mostBytes = MOST_BYTES) {
    this.#source = source;
    this.#size = size;
    this.#stride = roundUp(size * NUMBER_BYTES, VECTOR_UNIT);
    this.#mostBytes = mostBytes;
    this.#addresses = new Uint32Array(source.data.length / size);
  }

  /**
   * The product of every vector with each of its candidates' rows.
   * @param vectors `[n, size]`
   * @param candidates ids of actions; `[n, k]`
   * @returns `[n, k]`
   * @throws RangeError where the rows of this call alone exceed the memory
   */
  async of(vectors: Float32Array, candidates: Int32Array, k: number): Promise<Float32Array> {
    const n = candidates.length / k;
    const lacking = this.#lacksAny(candidates);
    if (lacking) await this.#source.load(candidates);
    // The last places of a row's list may be left over: they give products that nobody reads.
    const count = roundUp(k, ROWS_AT_ONCE);
    const list = n * this.#stride;
    const out = list + n * count * NUMBER_BYTES;
    const scratch = roundUp(out + n * count * NUMBER_BYTES, VECTOR_UNIT);
    if (lacking || scratch > this.#scratch.bytes) this.#makeRoom(candidates, scratch);
    const { at } = this.#scratch;
    // What fills up the vectors has to be numbers, and what fills up the lists addresses.
    if (this.#isPadded(k)) this.#floats.fill(0, at / NUMBER_BYTES, (at + out) / NUMBER_BYTES);
    this.#placeVectors(vectors, n, at);
    this.#list(candidates, k, count, (at + list) / NUMBER_BYTES);
    for (let i = 0; i < n; i++) {
      const first = i * count * NUMBER_BYTES;
      this.#module.run(at + i * this.#stride, this.#stride, at + list + first, count, at + out + first);
    }
    return this.#productsAt((at + out) / NUMBER_BYTES, n, k, count);
  }

  #isPadded(k: number): boolean {
    return this.#size * NUMBER_BYTES !== this.#stride || k % ROWS_AT_ONCE !== 0;
  }

  #placeVectors(vectors: Float32Array, n: number, at: number): void {
    const [size, stride] = [this.#size, this.#stride / NUMBER_BYTES];
    const first = at / NUMBER_BYTES;
    if (size === stride) {
      this.#floats.set(vectors, first);
      return;
    }
    for (let i = 0; i < n; i++)
      this.#floats.set(vectors.subarray(i * size, (i + 1) * size), first + i * stride);
  }

  /** Writes the addresses of the candidates' rows, `k` of every list of `count`. */
  #list(candidates: Int32Array, k: number, count: number, at: number): void {
    const words = this.#words;
    const addresses = this.#addresses;
    let place = at;
    for (let i = 0; i < candidates.length; i += k, place += count) {
      for (let a = 0; a < k; a++) words[place + a] = addresses[candidates[i + a]];
    }
  }

  /** A copy of the products, `k` of every list of `count`. */
  #productsAt(at: number, n: number, k: number, count: number): Float32Array {
    if (k === count) return this.#floats.slice(at, at + n * k);
    const products = new Float32Array(n * k);
    for (let i = 0; i < n; i++)
      products.set(this.#floats.subarray(at + i * count, at + i * count + k), i * k);
    return products;
  }

  // By index: this runs at every step, nearly always in vain.
  #lacksAny(candidates: Int32Array): boolean {
    for (let i = 0; i < candidates.length; i++) if (this.#addresses[candidates[i]] === 0) return true;
    return false;
  }

  /** Takes in the candidates' rows, which are loaded, and sees to so many bytes of scratch memory. */
  #makeRoom(candidates: Int32Array, scratch: number): void {
    if (this.#end + this.#lacking(candidates, scratch) > this.#mostBytes) this.#forget();
    this.#reserve(this.#end + this.#lacking(candidates, scratch));
    if (scratch > this.#scratch.bytes) this.#scratch = { at: this.#take(scratch), bytes: scratch };
    for (const action of candidates) {
      if (this.#addresses[action] !== 0) continue;
      const address = this.#take(this.#stride);
      const start = action * this.#size;
      this.#floats.set(this.#source.data.subarray(start, start + this.#size), address / NUMBER_BYTES);
      this.#addresses[action] = address;
    }
  }

  /** Bytes that are wanted beside those in use. */
  #lacking(candidates: Int32Array, scratch: number): number {
    const missing = new Set(candidates.filter((action) => this.#addresses[action] === 0));
    return missing.size * this.#stride + (scratch > this.#scratch.bytes ? scratch : 0);
  }

  #forget(): void {
    this.#addresses.fill(0);
    this.#scratch = { at: 0, bytes: 0 };
    this.#end = VECTOR_UNIT;
  }

  /** The address of so many bytes more. */
  #take(bytes: number): number {
    const at = this.#end;
    this.#end += bytes;
    // What fills up a row has to be zeros.
    this.#floats.fill(0, at / NUMBER_BYTES, this.#end / NUMBER_BYTES);
    return at;
  }

  /** Makes the memory at least so large; what it holds stays. */
  #reserve(bytes: number): void {
    const { memory } = this.#module;
    const has = memory.buffer.byteLength;
    if (bytes <= has) return;
    if (bytes > this.#mostBytes) throw new RangeError(`${bytes} bytes of rows exceed the memory`);
    const wanted = Math.min(Math.max(bytes, has * (1 + GROWTH)), this.#mostBytes);
    growTo(memory, wanted);
    this.#floats = new Float32Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }
}

const opened = new WeakMap<RowSource, RowProducts>();

/** The products with a source's rows, one for all heads: a run makes a head in every step, and the rows stay the same. */
export function rowProductsOf(source: RowSource, size: number): RowProducts {
  const known = opened.get(source) ?? new RowProducts(source, size);
  opened.set(source, known);
  return known;
}
