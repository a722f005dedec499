import type { Tensors } from '../session.js';

/** What a forward pass of a batch gives. */
export interface Forward {
  /** Next-token logits; `[rows, vocab]`. */
  logits: Float32Array;
  /** What a state is made of, at the last position; each `[rows, hidden]`. */
  states: readonly Float32Array[];
}

/** What reading prompts gives, with what the model remembers of them. */
export interface Prefill extends Forward {
  cache: Tensors;
  /** Columns of the cache that hold each prompt's tokens, as pieces `[start, end)` in their order. */
  columns: readonly (readonly (readonly [number, number])[])[];
}

/** The sequences under way in a language model: rows that come in after a prefill, take one token a step, and leave. */
export interface Batch {
  /** Whether rows may come in while others are under way. */
  readonly joins: boolean;
  /** Whether prompts of unequal length, or several behind a common beginning, may be read together. */
  readonly mixes: boolean;
  /** Whether the common beginning of prompts can be read once for all of them. */
  readonly shares: boolean;
  /**
   * Reads prompts up to their first new token.
   * @param shared Tokens that all of them begin with, read once; less than the shortest prompt has. 0 unless `shares`.
   */
  prefill(prompts: readonly (readonly number[])[], shared: number): Promise<Prefill>;
  /** Takes in rows behind those under way: the i-th goes on from the prompt `rows[i]` of a prefill. */
  admit(prefill: Prefill, rows: readonly number[]): void;
  /** Lets rows leave: row `kept[i]` becomes row `i`. No row moves behind its place. */
  keep(kept: readonly number[]): void;
  /** Takes the newest token of every row; `[rows]`. */
  step(tokens: readonly number[]): Promise<Forward>;
  /** Gives back what the batch holds. */
  close(): void;
}
