import type { CacheLayout, StepUpdate } from '../decoder.js';
import type { Tensors } from '../session.js';
import type { Prefill } from './batch.js';
import { KvSlots } from './kvSlots.js';
import { RecurrentSlots } from './recurrentSlots.js';

/** What a decoder remembers of the rows of a batch. */
export class CacheSlots {
  private readonly columns: KvSlots;
  private readonly recurrent: RecurrentSlots;

  constructor({ columns, recurrent, counted }: CacheLayout) {
    this.columns = new KvSlots(columns, counted);
    this.recurrent = new RecurrentSlots(recurrent);
  }

  /** Tokens of every row; `[rows]`. */
  get lengths(): readonly number[] {
    return this.columns.lengths;
  }

  /** Empties the slots; their memory stays for what comes next. */
  reset(): void {
    this.columns.reset();
    this.recurrent.reset();
  }

  /** The cache as the graph's inputs, with room for one more token in every row. */
  feeds(): Tensors {
    return { ...this.columns.feeds(), ...this.recurrent.feeds() };
  }

  /** The attention mask of a step with {@link feeds}. */
  stepMask(): BigInt64Array {
    return this.columns.stepMask();
  }

  /** Takes what a step added. */
  update({ newest, recurrent }: StepUpdate): void {
    this.columns.append(newest);
    this.recurrent.replace(recurrent);
  }

  /** Takes in the prompts `rows` of a prefill behind the rows under way. */
  admit(prefill: Prefill, rows: readonly number[]): void {
    this.columns.admit(prefill, rows);
    this.recurrent.admit(prefill, rows);
  }

  /** Row `kept[i]` becomes row `i`; no row moves behind its place. */
  keep(kept: readonly number[]): void {
    this.columns.keep(kept);
    this.recurrent.keep(kept);
  }
}
