import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { allocateCache, type CacheNumbers, cacheNumbers } from '../rows.js';
import type { Tensors } from '../session.js';
import type { Prefill } from './batch.js';

/** A state of the graph: `[rows, ...shape]`. */
interface Slots {
  name: string;
  type: Tensor.Type;
  shape: readonly number[];
  size: number;
  data: CacheNumbers;
}

/** Memory that is too small becomes at least so many times larger. */
const GROWTH = 1.5;

/** The states of the convolutions and recurrences of a batch, which do not grow with their row. */
export class RecurrentSlots {
  private rows = 0;
  private readonly slots: Slots[];

  /** @param states The inputs of the graph that hold them. */
  constructor(states: readonly InferenceSession.TensorValueMetadata[]) {
    this.slots = states.map(({ name, type, shape }) => {
      const sizes = shape.slice(1).map(Number);
      const size = sizes.reduce((product, each) => product * each, 1);
      return { name, type, shape: sizes, size, data: allocateCache(type, 0) };
    });
  }

  /** Empties the slots; their memory stays for what comes next. */
  reset(): void {
    this.rows = 0;
  }

  /** The states as the graph's inputs. */
  feeds(): Tensors {
    const feeds: Tensors = {};
    for (const { name, type, shape, size, data } of this.slots) {
      feeds[name] = new Tensor(type, data.subarray(0, this.rows * size), [this.rows, ...shape]);
    }
    return feeds;
  }

  /** Takes what a step made of the states, under the names of their inputs. */
  replace(states: Tensors): void {
    for (const { name, data } of this.slots) data.set(cacheNumbers(states[name]));
  }

  /** Takes in the prompts `rows` of a prefill behind the rows under way. */
  admit({ cache }: Prefill, rows: readonly number[]): void {
    const first = this.rows;
    this.rows += rows.length;
    for (const slot of this.slots) {
      const { size } = slot;
      this.reserve(slot, first);
      const from = cacheNumbers(cache[slot.name]);
      rows.forEach((row, i) => {
        slot.data.set(from.subarray(row * size, (row + 1) * size), (first + i) * size);
      });
    }
  }

  /** Row `kept[i]` becomes row `i`; no row moves behind its place. */
  keep(kept: readonly number[]): void {
    for (const { size, data } of this.slots) {
      kept.forEach((row, i) => {
        if (row !== i) data.copyWithin(i * size, row * size, (row + 1) * size);
      });
    }
    this.rows = kept.length;
  }

  /** Makes room for all rows; keeps the first `used`. */
  private reserve(slot: Slots, used: number): void {
    const { type, size, data } = slot;
    const length = this.rows * size;
    if (data.length >= length) return;
    slot.data = allocateCache(type, Math.max(length, GROWTH * data.length));
    slot.data.set(data.subarray(0, used * size));
  }
}
