import { copyRows } from '../rows.js';
import type { Tensors } from '../session.js';
import type { Batch, Forward, Prefill } from './batch.js';
import type { CachePart } from './stackRows.js';
import type { StepModel } from './stepModel.js';

// Removing rows copies what the model remembers of those that stay, so wait until this share of them has ended. From
// 1/16 to 1/4 it made no difference on models of 3 and 135 million weights; never removing any took 1.5 to 2 times as long.
const DEAD_SHARE = 0.125;

/**
 * Rows whose newest tokens stand in the same column, with padding before the shorter ones; those that have ended run on
 * until some leave together. Without a way to tell the model of padding, they begin together.
 */
export class AlignedBatch implements Batch {
  readonly joins: boolean;
  readonly shares = false;
  readonly mixes: boolean;
  private cache: Tensors = {};
  /** Rows of the cache. */
  private padding: number[] = [];
  /** The place in the cache of every row under way. */
  private places: number[] = [];
  /** Columns of the cache. */
  private length = 0;

  constructor(private readonly model: StepModel) {
    this.joins = model.joins;
    this.mixes = model.mixes;
  }

  prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    return this.model.prefill(prompts);
  }

  admit({ cache, columns }: Prefill, rows: readonly number[]): void {
    const under = this.places.length;
    if (under > 0 && !this.joins) throw new RangeError('rows of this model begin together');
    const same = rows.length === columns.length && rows.every((row, i) => row === i);
    const lengths = rows.map((row) => columns[row][0][1] - columns[row][0][0]);
    if (under === 0 && same) {
      this.take(cache, lengths, columns[0][0][1]);
      return;
    }
    const parts = [{ cache, rows: columns.length, kept: rows }];
    this.arrange(under === 0 ? parts : [this.own(), ...parts], [...this.lengths(), ...lengths]);
  }

  keep(kept: readonly number[]): void {
    this.places = kept.map((row) => this.places[row]);
  }

  async step(tokens: readonly number[]): Promise<Forward> {
    const ended = this.padding.length - this.places.length;
    // Not as soon as they end: rows that come in first have the cache copied anyway.
    if (ended > 0 && ended >= DEAD_SHARE * this.padding.length) this.arrange([this.own()], this.lengths());
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

  /** The rows under way, and their own columns. */
  private own(): CachePart {
    return { cache: this.cache, rows: this.padding.length, kept: this.places };
  }

  private lengths(): number[] {
    return this.places.map((place) => this.length - this.padding[place]);
  }

  /** Puts rows one below the other, with no more padding than the longest asks for. */
  private arrange(parts: readonly CachePart[], lengths: readonly number[]): void {
    const longest = Math.max(...lengths);
    this.take(this.model.arrange(parts, longest), lengths, longest);
  }

  private take(cache: Tensors, lengths: readonly number[], length: number): void {
    this.cache = cache;
    this.length = length;
    this.padding = lengths.map((own) => length - own);
    this.places = [...lengths.keys()];
  }
}
