import { boltzmann } from './boltzmann.js';
import { epsilonGreedy } from './epsilonGreedy.js';
import { greedy } from './greedy.js';
import { guided } from './guided.js';
import { reference } from './reference.js';
import type { CandidateRow, ResolvedPolicy } from './types.js';

/** Writes a policy's probabilities of one state's candidates, `[k]`, into an array. */
export function writeProbabilities(policy: ResolvedPolicy, row: CandidateRow, into: Float32Array): void {
  switch (policy.type) {
    case 'reference':
      reference(row, into);
      break;
    case 'guided':
      guided(row, policy.beta, into);
      break;
    case 'greedy':
      greedy(row, into);
      break;
    case 'epsilon-greedy':
      epsilonGreedy(row, policy.epsilon, policy.draw, into);
      break;
    case 'boltzmann':
      boltzmann(row, policy.temperature, into);
      break;
  }
}

export { epsilonAt } from './epsilonAt.js';
export { policyAt, withoutExploration } from './policyAt.js';
export { softmax } from './softmax.js';
export type { CandidateRow, ResolvedPolicy } from './types.js';
