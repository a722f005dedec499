import type { PolicyConfig, TargetConfig } from '../../config/index.js';
import type { ResolvedPolicy } from '../policies/index.js';
import { doubleBootstrap } from './double.js';
import { dqnBootstrap } from './dqn.js';
import { expectedBootstrap } from './expected.js';
import { softBootstrap } from './soft.js';

/** What is known of the candidates of the state after a step; `[k]` each. */
export interface NextValues {
  /** `Q-(s', a)`, by the target network, or the smaller of two. */
  target: Float32Array;
  /** `A(s', a)`, by the net being learned that acts: the state's value changes neither its best action nor a policy. */
  online: Float32Array;
  /** Log-probability under `pi_ref`. */
  reference: Float32Array;
}

/** How a target values the state after a step. */
export interface Bootstrap {
  /** Whether {@link NextValues.online} is read; it holds the target network's values otherwise. */
  readsOnline: boolean;
  evaluate(next: NextValues): number;
}

/** The targets that learn `Q = v + A` jointly. */
export type QTargetConfig = Exclude<TargetConfig, { type: 'value' | 'ilql' | 'teacher' }>;

/**
 * The bootstrap that a configuration names.
 * @param acting the policy that acts at present
 */
export function bootstrapOf(target: QTargetConfig, policy: PolicyConfig, acting: ResolvedPolicy): Bootstrap {
  switch (target.type) {
    case 'dqn':
      return { readsOnline: false, evaluate: dqnBootstrap };
    case 'double':
      return { readsOnline: true, evaluate: doubleBootstrap };
    case 'expected': {
      const evaluated: ResolvedPolicy = target.policy === 'greedy' ? { type: 'greedy' } : acting;
      return { readsOnline: true, evaluate: (next) => expectedBootstrap(next, evaluated) };
    }
    case 'soft': {
      const beta = target.beta ?? (policy.type === 'guided' ? policy.beta : 0);
      return { readsOnline: false, evaluate: (next) => softBootstrap(next, beta) };
    }
  }
}
