import type { DecodeStep } from '../types.js';

/** The tokens before the one to be chosen. The arrays are the engine's own, not to be changed. */
export interface History {
  prompt: readonly number[];
  /** The new tokens so far. */
  tokens: readonly number[];
}

/** Changes a row of logits in place; `[vocab]`. A token at -Infinity is never chosen. */
export type LogitsProcessor = (logits: Float32Array, history: History) => void;

/** Has every row of a step processed. */
export function processRows({ logits, prompts, tokens }: DecodeStep, process: LogitsProcessor): void {
  const vocab = logits.length / prompts.length;
  prompts.forEach((prompt, row) => {
    process(logits.subarray(row * vocab, (row + 1) * vocab), { prompt, tokens: tokens[row] });
  });
}
