import { InputError } from '../../common/index.js';
import type { PolicyConfig, TargetConfig } from '../../config/index.js';
import { doubleBootstrap } from './double.js';
import { dqnBootstrap } from './dqn.js';
import { softBootstrap } from './soft.js';

/** What is known of the candidates of the state after a step; `[k]` each. */
export interface NextValues {
  /** `Q-(s', a)`, by the target network. */
  target: Float32Array;
  /** `Q(s', a)`, by the net being learned. */
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
export type QTargetConfig = Exclude<TargetConfig, { type: 'value' }>;

/** The bootstrap that a configuration names. @throws InputError when `soft` has no `beta` to use. */
export function bootstrapOf(target: QTargetConfig, policy: PolicyConfig): Bootstrap {
  switch (target.type) {
    case 'dqn':
      return { readsOnline: false, evaluate: dqnBootstrap };
    case 'double':
      return { readsOnline: true, evaluate: doubleBootstrap };
    case 'soft': {
      const beta = target.beta ?? (policy.type === 'guided' ? policy.beta : 0);
      if (beta > 0) return { readsOnline: false, evaluate: (next) => softBootstrap(next, beta) };
      throw new InputError('agent.target "soft" needs a beta above 0: set agent.target.beta');
    }
  }
}
