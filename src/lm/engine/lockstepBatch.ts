import { takeRows } from '../decoder.js';
import { copyRows } from '../rows.js';
import type { Tensors } from '../session.js';
import type { Batch, Forward, Prefill } from './batch.js';
import type { StepModel } from './stepModel.js';

// Removing rows copies what the model remembers of those that stay, so wait until this share of them has ended. From
// 1/16 to 1/4 it made no difference on models of 3 and 135 million weights; never removing any took 1.5 to 2 times as long.
const DEAD_SHARE = 0.125;

/** Rows that begin together and grow at the same pace; those that have ended run on until some leave together. */
export class LockstepBatch implements Batch {
  readonly joins = false;
  readonly shares = false;
  readonly mixes: boolean;
  private cache: Tensors = {};
  /** Rows of the cache. */
  private padding: number[] = [];
  /** The place in the cache of every row under way. */
  private places: number[] = [];
  private length = 0;

  constructor(private readonly model: StepModel) {
    this.mixes = model.mixes;
  }

  prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    return this.model.prefill(prompts);
  }

  admit({ cache, columns }: Prefill, rows: readonly number[]): void {
    if (this.places.length > 0) throw new RangeError('rows of this model begin together');
    const same = rows.length === columns.length && rows.every((row, i) => row === i);
    this.cache = same ? cache : takeRows(cache, columns.length, rows);
    this.padding = rows.map((row) => columns[row][0][0]);
    this.places = [...rows.keys()];
    this.length = columns[0][0][1];
  }

  keep(kept: readonly number[]): void {
    this.places = kept.map((row) => this.places[row]);
    const rows = this.padding.length;
    if (rows - kept.length < DEAD_SHARE * rows || kept.length === 0) return;
    this.cache = takeRows(this.cache, rows, this.places);
    this.padding = this.places.map((place) => this.padding[place]);
    this.places = [...kept.keys()];
  }

  async step(tokens: readonly number[]): Promise<Forward> {
    const rows = this.padding.length;
    // Of a row that has ended no token is read.
    const all = new Array<number>(rows).fill(0);
    this.places.forEach((place, i) => {
      all[place] = tokens[i];
    });
    this.length++;
    const { padding, length, cache } = this;
    const { logits, states, cache: next } = await this.model.step({ tokens: all, padding, length, cache });
    this.cache = next;
    const alive = (values: Float32Array) => copyRows(values, values, values.length / rows, this.places);
    return { logits: alive(logits), states: states.map(alive) };
  }

  close(): void {
    this.cache = {};
  }
}
