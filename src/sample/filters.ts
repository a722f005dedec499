import type { Actor } from '../env/index.js';
import { argmax, keepLikeliest, type SamplingOptions } from '../lm/index.js';

/** What narrows a policy's choice: of its candidates, what the options keep of a vocabulary. */
export type FilterOptions = Pick<SamplingOptions, 'topK' | 'topP' | 'minP'>;

/** The policy with its probabilities filtered and renormalised; the likeliest token always stays. */
export function filtered(actor: Actor, options: FilterOptions): Actor {
  const { topK = 0, topP = 1, minP = 0 } = options;
  if (topK === 0 && topP === 1 && minP === 0) return actor;
  return {
    async probabilities(batch) {
      const probabilities = (await actor.probabilities(batch)).slice();
      for (let row = 0; row < batch.rows; row++) {
        filterRow(probabilities.subarray(row * batch.k, (row + 1) * batch.k), options);
      }
      return probabilities;
    },
  };
}

/** Filters one row of probabilities in place. Of equal ones the first stay. */
export function filterRow(row: Float32Array, { topK = 0, topP = 1, minP = 0 }: FilterOptions): void {
  if (topK === 1) {
    const likeliest = argmax(row, 0, row.length);
    row.fill(0);
    row[likeliest] = 1;
    return;
  }
  const order = Array.from(row.keys()).sort((a, b) => row[b] - row[a] || a - b);
  const sorted = order.map((i) => row[i]);
  const kept = keepLikeliest(sorted, topK === 0 ? row.length : Math.min(topK, row.length), { topP, minP });
  const sum = sorted.slice(0, kept).reduce((a, b) => a + b);
  for (const i of order.slice(kept)) row[i] = 0;
  for (const i of order.slice(0, kept)) row[i] /= sum;
}
