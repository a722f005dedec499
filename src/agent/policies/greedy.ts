import type { CandidateRow } from './types.js';

/** The best candidate, with certainty; the first (most likely) of tied ones. */
export function greedy({ advantages }: CandidateRow, into: Float32Array): void {
  let best = 0;
  for (let a = 1; a < advantages.length; a++) if (advantages[a] > advantages[best]) best = a;
  into.fill(0);
  into[best] = 1;
}
