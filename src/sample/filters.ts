import type { Actor } from '../env/index.js';

/** Narrows a policy's choice, in transformers' words. */
export interface FilterOptions {
  /** Keep only so many of the likeliest tokens. */
  topK?: number | undefined;
  /** Keep the smallest set of likeliest tokens whose probabilities reach this sum (nucleus sampling, arXiv 1904.09751). */
  topP?: number | undefined;
}

/** The policy with its probabilities filtered and renormalised; the likeliest token always stays. */
export function filtered(actor: Actor, options: FilterOptions): Actor {
  if (options.topK === undefined && options.topP === undefined) return actor;
  return {
    async probabilities(batch) {
      const probabilities = Float32Array.from(await actor.probabilities(batch));
      for (let row = 0; row < batch.rows; row++) {
        filterRow(probabilities.subarray(row * batch.k, (row + 1) * batch.k), options);
      }
      return probabilities;
    },
  };
}

/** Filters one row of probabilities in place. */
export function filterRow(row: Float32Array, { topK = row.length, topP = 1 }: FilterOptions): void {
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
  let kept = 0;
  let sum = 0;
  while (kept < order.length && kept < topK && (kept === 0 || sum < topP)) sum += row[order[kept++]];
  for (const i of order.slice(kept)) row[i] = 0;
  for (const i of order.slice(0, kept)) row[i] /= sum;
}
