import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../backend.js';
import type { Loss } from './scalar.js';

/**
 * Quantile Huber regression, the loss of QR-DQN (Dabney et al. 2018, arXiv 1710.10044). With quantile `i` at
 * `tau_i = (i + 0.5) / n` and `u = target_j - predicted_i`, a pair's loss is `|tau_i - 1(u < 0)| L_kappa(u) / kappa`,
 * where `L_kappa` is the Huber loss. It is averaged over the targets, summed over the quantiles and averaged over the
 * batch, as in the paper and in SB3-contrib's `quantile_huber_loss(sum_over_quantiles=True)`; there `kappa` is 1. The
 * division by `kappa`, from the IQN paper (arXiv 1806.06923), lets it tend to the plain quantile loss as `kappa` does to 0.
 *
 * The error is the difference of the means, `[batch]`: that of the values.
 * @param predicted `[batch, n]`
 * @param target samples or quantiles of the target's distribution; `[batch, m]`
 * @param kappa where the Huber loss turns linear; 0 is the plain quantile (pinball) loss, whose slope at `u = 0` is 0
 * @param weights what each sample's loss is multiplied by, `[batch]`; the sum is still divided by the batch's size
 */
export function quantileLoss(
  tf: Tf,
  predicted: Tensor,
  target: Tensor,
  kappa: number,
  weights?: Tensor,
): Loss {
  const [batch, n] = predicted.shape;
  const u = tf.sub(tf.expandDims(target, 1), tf.expandDims(predicted, 2));
  // L_kappa(u) / kappa is s (u - kappa s / 2) with s its slope, for kappa 0 too.
  const slope = kappa > 0 ? tf.clipByValue(tf.div(u, kappa), -1, 1) : tf.sign(u);
  const tilted = tf.mul(slope, tf.abs(tf.sub(midpoints(tf, n), tf.step(tf.neg(u)))));
  const losses = tf.mul(tilted, tf.sub(u, tf.mul(slope, kappa / 2)));
  const weighted = (x: Tensor) => (weights ? tf.mul(x, tf.reshape(weights, [batch, 1])) : x);
  return {
    loss: tf.mul(tf.mean(weighted(tf.mean(losses, 2))), n),
    gradient: weighted(tf.mul(tf.mean(tilted, 2), -1 / batch)),
    error: tf.sub(tf.mean(predicted, 1), tf.mean(target, 1)),
  };
}

/** `tau_i`, the middles of `n` equal parts of [0, 1]; `[n, 1]`. */
function midpoints(tf: Tf, n: number): Tensor {
  return tf.tensor2d(
    Float32Array.from({ length: n }, (_, i) => (i + 0.5) / n),
    [n, 1],
  );
}

/**
 * The means of rows of quantiles: the values.
 * @param raw `[rows, n]`
 * @returns `[rows]`
 */
export function quantileMean(raw: Float32Array, n: number): Float32Array {
  return Float32Array.from({ length: raw.length / n }, (_, row) => {
    let sum = 0;
    for (let i = row * n; i < (row + 1) * n; i++) sum += raw[i];
    return sum / n;
  });
}
