import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../backend.js';
import type { Loss } from './scalar.js';

/** Bins of equal width over a range of values. */
export interface HlGaussBins {
  bins: number;
  /** Lower edge of the first bin. */
  min: number;
  /** Upper edge of the last bin. */
  max: number;
  /** Standard deviation of a target's Gaussian, in widths of a bin; 0.75 did best for Farebrother et al. */
  sigma: number;
}

/**
 * Regression as classification (HL-Gauss: Imani and White 2018; Farebrother et al. 2024, arXiv 2403.03950): the mean
 * cross-entropy of the predicted distribution over bins against a Gaussian around the target, cut into the same bins.
 * Its minimum is the entropy of the target's histogram, not 0.
 *
 * The error is the expected value less the target, which is first moved into the range: `[batch]`.
 * @param logits `[batch, bins]`
 * @param target `[batch]`
 * @param weights what each sample's loss is multiplied by, `[batch]`; the sum is still divided by the batch's size
 */
export function hlGaussLoss(
  tf: Tf,
  logits: Tensor,
  target: Tensor,
  bins: HlGaussBins,
  weights?: Tensor,
): Loss {
  const batch = logits.shape[0];
  const within = tf.clipByValue(target, bins.min, bins.max);
  const wanted = hlGaussHistogram(tf, within, bins);
  const logs = tf.logSoftmax(logits);
  const found = tf.exp(logs);
  const weighted = (x: Tensor) => (weights ? tf.mul(x, tf.reshape(weights, [batch, 1])) : x);
  return {
    loss: tf.mul(tf.sum(weighted(tf.mul(wanted, logs))), -1 / batch),
    gradient: weighted(tf.mul(tf.sub(found, wanted), 1 / batch)),
    error: tf.sub(expectation(tf, found, bins), within),
  };
}

/**
 * The share of each bin in a Gaussian around each target, renormalised over the range; `[batch, bins]`. Towards an end
 * of the range the Gaussian is cut off there, so its mean lies inside of the target: leave a few bins of margin.
 * @param target in the range; `[batch]`
 */
export function hlGaussHistogram(tf: Tf, target: Tensor, bins: HlGaussBins): Tensor {
  const width = (bins.max - bins.min) / bins.bins;
  const offsets = tf.sub(tf.tensor1d(binCentres(bins)), tf.expandDims(target, 1));
  // The normal CDF is (1 + erf(x / sqrt(2))) / 2; the 1 and the 2 cancel.
  const cdf = (by: number) => tf.erf(tf.mul(tf.add(offsets, by), 1 / (Math.SQRT2 * bins.sigma * width)));
  const shares = tf.sub(cdf(width / 2), cdf(-width / 2));
  return tf.div(shares, tf.sum(shares, 1, true));
}

/** The expected values of predicted distributions. @param logits `[batch, bins]` @returns `[batch]` */
export function hlGaussValues(tf: Tf, logits: Tensor, bins: HlGaussBins): Tensor {
  return expectation(tf, tf.softmax(logits), bins);
}

/** {@link hlGaussValues} outside of tfjs. @param raw logits, `[rows, bins]` @returns `[rows]` */
export function hlGaussDecode(raw: Float32Array, bins: HlGaussBins): Float32Array {
  const centres = binCentres(bins);
  return Float32Array.from({ length: raw.length / bins.bins }, (_, row) =>
    expectedCentre(raw.subarray(row * bins.bins, (row + 1) * bins.bins), centres),
  );
}

function expectedCentre(logits: Float32Array, centres: Float32Array): number {
  const largest = logits.reduce((a, b) => Math.max(a, b));
  let total = 0;
  let sum = 0;
  logits.forEach((logit, i) => {
    const weight = Math.exp(logit - largest);
    total += weight;
    sum += weight * centres[i];
  });
  return sum / total;
}

/** @param probabilities `[batch, bins]` @returns `[batch]` */
function expectation(tf: Tf, probabilities: Tensor, bins: HlGaussBins): Tensor {
  const centres = tf.tensor2d(binCentres(bins), [bins.bins, 1]);
  return tf.reshape(tf.matMul(probabilities, centres), [probabilities.shape[0]]);
}

function binCentres({ bins, min, max }: HlGaussBins): Float32Array {
  return Float32Array.from({ length: bins }, (_, i) => min + ((i + 0.5) * (max - min)) / bins);
}
