import { selectTopK } from '../topk.js';
import { checkLargest } from './checkLargest.js';
import { keepLikeliest } from './keepLikeliest.js';
import type { TokenSampler } from './tokenSampler.js';

/** Samples among the `topK` likeliest tokens. */
export function topSampler(temperature: number, topK: number, topP: number, minP: number): TokenSampler {
  let ids = new Int32Array(0);
  let logits = new Float32Array(0);
  let weights = new Float64Array(0);
  return (row, uniform) => {
    const k = Math.min(topK, row.length);
    if (ids.length !== k) {
      ids = new Int32Array(k);
      logits = new Float32Array(k);
      weights = new Float64Array(k);
    }
    selectTopK(row, 0, row.length, k, ids, logits, 0);
    checkLargest(logits[0]);
    for (let i = 0; i < k; i++) weights[i] = Math.exp((logits[i] - logits[0]) / temperature);
    return ids[drawWeighted(weights, keepLikeliest(weights, k, { topP, minP }), uniform)];
  };
}

/** Index drawn from the first `count` weights, which fall; one of weight 0 is never drawn. */
function drawWeighted(weights: Float64Array, count: number, uniform: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i];
  let left = uniform * total;
  let drawn = 0;
  for (let i = 0; i < count && weights[i] > 0 && left >= 0; i++) {
    left -= weights[i];
    drawn = i;
  }
  return drawn;
}
