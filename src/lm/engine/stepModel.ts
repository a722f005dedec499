import type { Tensors } from '../session.js';
import type { Forward, Prefill } from './batch.js';
import type { CachePart } from './stackRows.js';

/** The newest token of every row. */
export interface StepInput {
  /** `[rows]`. */
  tokens: readonly number[];
  /** Columns of padding on the left of each row; `[rows]`. */
  padding: readonly number[];
  /** Columns of every row, padding and the newest token included. */
  length: number;
  /** What the prefill or the last step gave; the first size of each tensor is a multiple of the rows. */
  cache: Tensors;
}

/** What a step gives, with what the model remembers of every row from now on. */
export interface StepForward extends Forward {
  cache: Tensors;
}

/** A language model that hands what it remembers from step to step. */
export interface StepModel {
  /** Whether it can be told of padding before a row's tokens, so that rows may begin while others are under way. */
  readonly joins: boolean;
  /** Whether prompts of unequal length may be read together. */
  readonly mixes: boolean;
  /**
   * Reads the prompts, token ids, up to the first new token. The columns of a row are one piece, which ends at the same
   * place in all: what stands before it is padding.
   */
  prefill(prompts: readonly (readonly number[])[]): Promise<Prefill>;
  step(input: StepInput): Promise<StepForward>;
  /**
   * What is remembered of some rows of one or several caches, one below the other.
   * @param length Columns of every row from now on, the last ones; unless it `joins`, as many as there are.
   */
  arrange(parts: readonly CachePart[], length: number): Tensors;
}
