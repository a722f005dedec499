import type { DecodeStep } from '../../../src/lm/index.js';

/** A row of a step made by hand. */
export interface StepRow {
  logits: readonly number[];
  prompt?: readonly number[];
  tokens?: readonly number[];
  sequence?: number;
}

/** A step made by hand; a row is a sequence of its own unless it names one. */
export function stepOf(...rows: readonly StepRow[]): DecodeStep {
  return {
    sequences: rows.map(({ sequence }, i) => sequence ?? i),
    positions: rows.map(({ tokens = [] }) => tokens.length),
    prompts: rows.map(({ prompt = [1] }) => prompt),
    tokens: rows.map(({ tokens = [] }) => tokens),
    logits: Float32Array.from(rows.flatMap(({ logits }) => logits)),
    hidden: new Float32Array(rows.length),
  };
}
