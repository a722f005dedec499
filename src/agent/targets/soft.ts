import type { NextValues } from './bootstrap.js';

/**
 * `(1 / beta) log sum_a pi_ref(a | s') exp(beta Q-(s', a))`, the value of the KL-regularised optimum (Q#,
 * arXiv 2502.20548). Between the mean under `pi_ref` as `beta` goes to 0 and the maximum as it grows.
 */
export function softBootstrap({ target, reference }: NextValues, beta: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < target.length; a++) best = Math.max(best, reference[a] + beta * target[a]);
  let sum = 0;
  for (let a = 0; a < target.length; a++) sum += Math.exp(reference[a] + beta * target[a] - best);
  return (best + Math.log(sum)) / beta;
}
