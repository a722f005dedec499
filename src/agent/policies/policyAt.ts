import type { PolicyConfig } from '../../config/index.js';
import { epsilonAt } from './epsilonAt.js';
import type { ResolvedPolicy } from './types.js';

/**
 * The policy that acts at some point of a run.
 * @param progress share of the run done, from 0 to 1
 * @param beta the guided policy's beta, where it is steered; default: the configured one
 */
export function policyAt(policy: PolicyConfig, progress: number, beta?: number): ResolvedPolicy {
  switch (policy.type) {
    case 'guided':
      return { type: 'guided', beta: beta ?? policy.beta };
    case 'epsilon-greedy': {
      const { epsilon } = policy;
      return { type: 'epsilon-greedy', epsilon: epsilonAt(epsilon, progress), draw: epsilon.draw };
    }
    case 'boltzmann':
      return { type: 'boltzmann', temperature: policy.temperature };
  }
}

/** The policy that evaluation uses: greedy where training explores by chance, else the same. */
export function withoutExploration(policy: ResolvedPolicy): ResolvedPolicy {
  return policy.type === 'epsilon-greedy' || policy.type === 'boltzmann' ? { type: 'greedy' } : policy;
}
