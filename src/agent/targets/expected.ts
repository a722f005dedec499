import type { ResolvedPolicy } from '../policies/index.js';
import { writeProbabilities } from '../policies/index.js';
import type { NextValues } from './bootstrap.js';

/**
 * `sum_a pi(a | s') Q-(s', a)` under a policy over the net being learned (expected Sarsa; van Seijen et al. 2009).
 * A policy sees Q as advantages: the state's value changes none.
 */
export function expectedBootstrap({ target, online, reference }: NextValues, policy: ResolvedPolicy): number {
  const probabilities = new Float32Array(target.length);
  writeProbabilities(policy, { reference, advantages: online }, probabilities);
  return target.reduce((sum, q, a) => sum + probabilities[a] * q, 0);
}
