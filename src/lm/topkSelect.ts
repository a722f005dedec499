import { growTo, openWasm, roundUp } from '../common/index.js';

/** `choose` of topk.wat; see there. */
type Choose = (end: number, k: number, most: number, width: number) => number;

/** Where topk.wat has its lists and the logits, in numbers of 4 bytes, and what a list holds. */
const CHOSEN_INDICES = 512;
const CHOSEN_VALUES = 768;
const LOGITS = 1024;
const LIST = 240;
/** Logits are read so many at a time. */
const LOGITS_AT_ONCE = 16;
/** Of so many times `k` logits or fewer, a heap is as fast. */
const WORTHWHILE = 4;
/** Most logits that are sorted, as a multiple of `k`: fewer take longer to be found, and more to be sorted. */
const PER_K = 1.5;

/** A width to begin with, in nats. */
const FIRST_WIDTH = 8;

const NUMBER_BYTES = 4;

/** The memory of topk.wat, and what it knows of the logits before. */
class Selector {
  readonly #module = openWasm<Choose>('#topk', 'choose');
  /** Logits that the memory was last filled up for. */
  #filledFor = 0;
  /** How far below the largest the `k`-th of the logits before was, more or less: those of one model are alike. */
  #width = FIRST_WIDTH;
  floats = new Float32Array(this.#module.memory.buffer);
  integers = new Int32Array(this.#module.memory.buffer);

  /** Chooses the largest `k` of those logits; false where none are found. */
  choose(logits: Float32Array, k: number, most: number): boolean {
    const end = LOGITS + roundUp(logits.length, LOGITS_AT_ONCE);
    this.#reserve(end);
    this.floats.set(logits, LOGITS);
    if (this.#filledFor !== logits.length) {
      this.floats.fill(Number.NEGATIVE_INFINITY, LOGITS + logits.length, end);
      this.#filledFor = logits.length;
    }
    const width = this.#module.run(end * NUMBER_BYTES, k, most, this.#width);
    // Of a flat top too little may be left to widen.
    this.#width = width < 0 ? FIRST_WIDTH : width;
    return width >= 0;
  }

  /** Makes the memory at least so many numbers large. */
  #reserve(size: number): void {
    const { memory } = this.#module;
    if (size <= this.floats.length) return;
    growTo(memory, size * NUMBER_BYTES);
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
    this.#filledFor = 0;
  }
}

let opened: Selector | undefined;

/**
 * The `k` largest logits as {@link selectTopK} gives them, by SIMD instructions: those near the largest are found by a
 * threshold, and they alone are sorted.
 * @returns false, with nothing written, where that is not worth its while, or too many logits are equal
 */
export function selectByThreshold(
  logits: Float32Array,
  offset: number,
  length: number,
  k: number,
  outIndices: Int32Array,
  outValues: Float32Array,
  outOffset: number,
): boolean {
  const most = Math.ceil(PER_K * k);
  if (most > LIST || length < WORTHWHILE * k) return false;
  opened ??= new Selector();
  if (!opened.choose(logits.subarray(offset, offset + length), k, most)) return false;
  const { floats, integers } = opened;
  for (let i = 0; i < k; i++) {
    outIndices[outOffset + i] = integers[CHOSEN_INDICES + i];
    outValues[outOffset + i] = floats[CHOSEN_VALUES + i];
  }
  return true;
}
