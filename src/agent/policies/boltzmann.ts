import { softmax } from './softmax.js';
import type { CandidateRow } from './types.js';

/** `pi(a) ~ exp(A(a) / temperature)`; `pi_ref` has no part in it. */
export function boltzmann({ advantages }: CandidateRow, temperature: number, into: Float32Array): void {
  for (let a = 0; a < into.length; a++) into[a] = advantages[a] / temperature;
  softmax(into, into);
}
