import type { Batch } from '../engine/batch.js';

/** A prompt and the tokens to feed behind it. */
export interface PassRow {
  prompt: readonly number[];
  tokens: readonly number[];
}

/** What a forward pass is to show. */
export interface PassOutputs {
  logits: boolean;
  states: boolean;
}

/** What a forward pass shows of several positions. */
export interface Passed {
  /** Positions of every row. */
  positions: number;
  /** Which of them is the one before a row's first token; `[rows]`. */
  first: readonly number[];
  /** `[rows, positions, vocab]`; undefined unless asked for. */
  logits: Float32Array | undefined;
  /** The states of `LmInfo.layers`; `[rows, positions, stateSize]`; undefined unless asked for. */
  states: Float32Array | undefined;
}

/** A language model that is shown completions instead of writing them. */
export interface ReadingModel {
  /** Whether one forward pass shows every position. */
  seesAll(): Promise<boolean>;
  /** One forward pass over rows of any lengths; only for models that see all positions. */
  pass(rows: readonly PassRow[], outputs: PassOutputs): Promise<Passed>;
  /** Makes an empty batch for rows of at most `longest` tokens. */
  openBatch(longest: number): Batch;
}
