import type { Tensor } from '@tensorflow/tfjs-core';
import type { AgentConfig } from '../../../config/index.js';
import type { Tf } from '../backend.js';

export type LossConfig = AgentConfig['loss'];

/** A mean loss and its gradient. */
export interface Loss {
  /** A scalar. */
  loss: Tensor;
  /** By the predictions; `[batch]`. */
  gradient: Tensor;
  /** The predictions less the targets; `[batch]`. */
  error: Tensor;
}

/**
 * The mean loss of predictions against targets, both `[batch]`, as PyTorch's `mse_loss` and `huber_loss`: `mse` is
 * `e^2`; `huber` is `e^2 / 2` up to `delta` and `delta (|e| - delta / 2)` beyond.
 * @param weights what each sample's loss is multiplied by, `[batch]`; the sum is still divided by the batch's size
 */
export function meanLoss(
  tf: Tf,
  config: LossConfig,
  predicted: Tensor,
  target: Tensor,
  weights?: Tensor,
): Loss {
  const error = tf.sub(predicted, target);
  const { losses, slopes } = config.type === 'mse' ? squared(tf, error) : huber(tf, error, config.delta);
  const weighted = (x: Tensor) => (weights ? tf.mul(x, weights) : x);
  return { loss: tf.mean(weighted(losses)), gradient: weighted(tf.mul(slopes, 1 / error.size)), error };
}

/** The loss of each sample and its derivative by the prediction; `[batch]`. */
interface Losses {
  losses: Tensor;
  slopes: Tensor;
}

function squared(tf: Tf, error: Tensor): Losses {
  return { losses: tf.square(error), slopes: tf.mul(error, 2) };
}

function huber(tf: Tf, error: Tensor, delta: number): Losses {
  const clipped = tf.clipByValue(error, -delta, delta);
  // With c the clipped error, both pieces are c (e - c / 2), and the derivative is c.
  return { losses: tf.mul(clipped, tf.sub(error, tf.mul(clipped, 0.5))), slopes: clipped };
}
