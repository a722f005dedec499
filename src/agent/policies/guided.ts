import { softmax } from './softmax.js';
import type { CandidateRow } from './types.js';

/** `pi(a) ~ pi_ref(a) exp(beta A(a))`: from `pi_ref` at `beta` 0 towards greedy as it grows. */
export function guided({ reference, advantages }: CandidateRow, beta: number, into: Float32Array): void {
  for (let a = 0; a < into.length; a++) into[a] = reference[a] + beta * advantages[a];
  softmax(into, into);
}
