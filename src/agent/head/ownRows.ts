import type { RowSource } from '../types.js';

/**
 * The actions' rows in memory of this thread alone, since ONNX Runtime's binding takes none that threads share. Only the
 * rows that were asked for take room.
 */
export class OwnRows {
  readonly #source: RowSource;
  readonly #d: number;
  readonly #copied: Uint8Array;
  readonly #data: Float32Array;

  /** @param d size of a row */
  constructor(source: RowSource, d: number) {
    this.#source = source;
    this.#d = d;
    this.#copied = new Uint8Array(source.data.length / d);
    this.#data = new Float32Array(source.data.length);
  }

  /** All rows, `[actions, d]`, of which those of `actions` are filled. */
  async load(actions: Int32Array): Promise<Float32Array> {
    await this.#source.load(actions);
    for (const action of actions) {
      if (this.#copied[action] === 1) continue;
      const start = action * this.#d;
      this.#data.set(this.#source.data.subarray(start, start + this.#d), start);
      this.#copied[action] = 1;
    }
    return this.#data;
  }
}
