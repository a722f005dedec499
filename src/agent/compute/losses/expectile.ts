import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../backend.js';
import type { Loss } from './scalar.js';

/**
 * The mean asymmetric squared loss `|tau - 1(u < 0)| u^2` with `u = target - predicted`: its minimum is the targets'
 * `tau`-expectile, the mean for 0.5 and near the maximum for 1 (IQL, arXiv 2110.06169; ILQL, arXiv 2206.11871).
 * @param predicted `[batch]`
 * @param target `[batch]`
 * @param tau 0 to 1; `tau` weighs targets above the prediction and `1 - tau` those below
 * @param weights what each sample's loss is multiplied by, `[batch]`; the sum is still divided by the batch's size
 */
export function expectileLoss(
  tf: Tf,
  predicted: Tensor,
  target: Tensor,
  tau: number,
  weights?: Tensor,
): Loss {
  const error = tf.sub(predicted, target);
  const tilt = tf.abs(tf.sub(tau, tf.step(error)));
  const tilted = tf.mul(error, weights ? tf.mul(tilt, weights) : tilt);
  return { loss: tf.mean(tf.mul(tilted, error)), gradient: tf.mul(tilted, 2 / error.size), error };
}
