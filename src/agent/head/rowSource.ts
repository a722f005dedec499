import type { RowSource } from '../types.js';

/** Most rows whose deviation is measured. */
const MEASURED = 4096;

/** Rows that are all there. @param data `[actions, actionSize]` */
export function loadedRows(data: Float32Array<SharedArrayBuffer>): RowSource {
  return { data, load: async () => {} };
}

/** The rows of a dense head, which has one output for each action: the identity matrix, `[actions, actions]`. */
export function denseRows(actions: number): RowSource {
  const rows = new Float32Array(new SharedArrayBuffer(4 * actions * actions));
  for (let a = 0; a < actions; a++) rows[a * actions + a] = 1;
  return loadedRows(rows);
}

/**
 * The scale that gives the rows of an `lm_head` a norm of about 1, `1 / (std * sqrt(d))`, with the standard
 * deviation over all entries: those of 4,096 rows, spread evenly over the vocabulary, where there are more.
 * @param rows `[vocab, d]`
 * @param d size of a row
 */
export async function rowScaleOf(rows: RowSource, d: number): Promise<number> {
  const tokens = spreadTokens(rows.data.length / d);
  await rows.load(tokens);
  let sum = 0;
  let squares = 0;
  for (const token of tokens) {
    for (let i = token * d; i < (token + 1) * d; i++) {
      sum += rows.data[i];
      squares += rows.data[i] * rows.data[i];
    }
  }
  const entries = tokens.length * d;
  const mean = sum / entries;
  const variance = squares / entries - mean * mean;
  return variance > 0 ? 1 / Math.sqrt(variance * d) : 1;
}

/** Every token of a small vocabulary, or {@link MEASURED} of a large one. */
function spreadTokens(vocabSize: number): Int32Array {
  const count = Math.min(vocabSize, MEASURED);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * vocabSize) / count));
}
