import type { Lm } from '../../lm/index.js';
import type { CompletionSequence, Pooling } from '../../reward/index.js';
import type { Watch } from '../observer.js';

/** Completions that are read together. */
const BATCH = 64;

/** Reads completions with a language model, and keeps of each what a net reads of it, `[rows, inputs]`. */
export async function readRows(
  lm: Lm,
  sequences: readonly CompletionSequence[],
  pooling: Pooling,
  { observer, signal }: Watch,
): Promise<Float32Array[]> {
  observer.phase?.('reading', sequences.length);
  const rows: Float32Array[] = [];
  for (let start = 0; start < sequences.length; start += BATCH) {
    const some = sequences.slice(start, start + BATCH);
    const readings = await lm.read(some, { states: true, logProbs: false, ...(signal ? { signal } : {}) });
    for (const { states = new Float32Array(0) } of readings) rows.push(pooling.rows(states));
    observer.played?.(some.length);
  }
  return rows;
}
