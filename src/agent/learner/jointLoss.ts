import type { Tensor } from '@tensorflow/tfjs-core';
import type { AgentConfig } from '../../config/index.js';
import type { Tf } from '../compute/backend.js';
import { hlGaussLoss } from '../compute/losses/hlGauss.js';
import { quantileLoss } from '../compute/losses/quantile.js';
import { type Loss, meanLoss } from '../compute/losses/scalar.js';
import { decodedValues } from '../head/valueHead.js';

/** The loss of `Q = v + A`, with its gradients by both. */
export interface JointLoss {
  /** A scalar. */
  loss: Tensor;
  /** By what `v` gives; `[batch, outputs]`. */
  byValue: Tensor;
  /** By the advantages; `[batch]`. */
  byAdvantage: Tensor;
  /** Q less its target; `[batch]`. */
  error: Tensor;
}

/** What a loss is made with. */
export type LossSettings = Pick<AgentConfig, 'critic' | 'loss'>;

/**
 * The mean loss of `Q(s, a) = v(s) + A(s, a)` against its targets. A `quantile` critic's quantiles are all shifted by
 * the advantage. With `hl-gauss`, where no distribution can be shifted, `v` and `A` each learn what the other leaves:
 * bins of `y - A`, and `y - v` under the scalar loss.
 * @param value what `v` gives; `[batch, outputs]`
 * @param advantage of the action taken; `[batch]`
 * @param targets `[batch, samples]`: samples of the return, one but with a `quantile` critic
 * @param weights what each transition's loss is multiplied by; `[batch]`
 */
export function jointLoss(
  tf: Tf,
  { critic, loss: scalarLoss }: LossSettings,
  value: Tensor,
  advantage: Tensor,
  targets: Tensor,
  weights?: Tensor,
): JointLoss {
  const y = () => tf.reshape(targets, [advantage.size]);
  switch (critic.type) {
    case 'scalar': {
      const q = tf.add(tf.reshape(value, [advantage.size]), advantage);
      const { loss, gradient, error } = meanLoss(tf, scalarLoss, q, y(), weights);
      return { loss, byValue: tf.reshape(gradient, value.shape), byAdvantage: gradient, error };
    }
    case 'quantile': {
      const q = tf.add(value, tf.expandDims(advantage, 1));
      const { loss, gradient, error } = quantileLoss(tf, q, targets, critic.kappa, weights);
      return { loss, byValue: gradient, byAdvantage: tf.sum(gradient, 1), error };
    }
    case 'hl-gauss': {
      const rest = tf.sub(y(), decodedValues(tf, critic, value));
      const byAdvantage = meanLoss(tf, scalarLoss, advantage, rest, weights);
      const byValue = hlGaussLoss(tf, value, tf.sub(y(), advantage), critic, weights);
      return {
        loss: tf.add(byAdvantage.loss, byValue.loss),
        byValue: byValue.gradient,
        byAdvantage: byAdvantage.gradient,
        error: byAdvantage.error,
      };
    }
  }
}

/**
 * The mean loss of `v` alone against returns; the gradient is by what `v` gives, `[batch, outputs]`.
 * @param returns `[batch]`
 */
export function valueLoss(
  tf: Tf,
  { critic, loss: scalarLoss }: LossSettings,
  value: Tensor,
  returns: Tensor,
): Loss {
  switch (critic.type) {
    case 'scalar': {
      const scalar = meanLoss(tf, scalarLoss, tf.reshape(value, [returns.size]), returns);
      return { ...scalar, gradient: tf.reshape(scalar.gradient, value.shape) };
    }
    case 'quantile':
      return quantileLoss(tf, value, tf.expandDims(returns, 1), critic.kappa);
    case 'hl-gauss':
      return hlGaussLoss(tf, value, returns, critic);
  }
}
