import type { EpsilonConfig } from '../../config/index.js';
import { greedy } from './greedy.js';
import { reference } from './reference.js';
import type { CandidateRow } from './types.js';

/**
 * Greedy, but with probability `epsilon` an exploring draw: from `pi_ref`, or uniform over the candidates. The
 * probabilities are those of the mixture, since that is the policy that acts.
 */
export function epsilonGreedy(
  row: CandidateRow,
  epsilon: number,
  draw: EpsilonConfig['draw'],
  into: Float32Array,
): void {
  greedy(row, into);
  const best = into.indexOf(1);
  if (draw === 'uniform') into.fill(1 / into.length);
  else reference(row, into);
  for (let a = 0; a < into.length; a++) into[a] = epsilon * into[a] + (a === best ? 1 - epsilon : 0);
}
