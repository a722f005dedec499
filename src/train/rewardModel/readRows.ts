import { formatBytes } from '../../config/index.js';
import type { Lm } from '../../lm/index.js';
import type { CompletionSequence, Pooling } from '../../reward/index.js';
import type { Watch } from '../observer.js';

/** Completions that are read together. */
const BATCH = 64;

/** Memory for the states beyond which a user should know. */
const MUCH_MEMORY = 2 ** 30;

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
    if (start === 0) tellMemory(rows, sequences, observer);
  }
  return rows;
}

/** Foretells, from the first completions, what all will take. */
function tellMemory(
  rows: readonly Float32Array[],
  sequences: readonly CompletionSequence[],
  observer: Watch['observer'],
): void {
  const tokens = (some: readonly CompletionSequence[]) =>
    some.reduce((sum, { completion }) => sum + Math.max(1, completion.length), 0);
  const bytes = rows.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const expected = (bytes * tokens(sequences)) / tokens(sequences.slice(0, rows.length));
  if (expected < MUCH_MEMORY) return;
  observer.note?.(`the states of all completions take about ${formatBytes(expected)} of memory`);
}
