import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../../agent/index.js';

/** A pair of completions, by their numbers. */
export interface TrainingPair {
  chosen: number;
  rejected: number;
  /** Probability that the chosen one is better: 1, unless the margins tell. */
  label: number;
  /** What the difference of their scores must exceed. */
  margin: number;
}

/**
 * What a pair costs: the cross-entropy of its label and `sigmoid(r_chosen - r_rejected - margin)` (Bradley and Terry 1952;
 * the margin as in Llama 2, Touvron et al. 2023), and a penalty on the square of `r_chosen + r_rejected` (Eisenstein et
 * al. 2023).
 * @param centring weight of the penalty
 */
export function pairLoss(
  chosen: number,
  rejected: number,
  { label, margin }: Pick<TrainingPair, 'label' | 'margin'>,
  centring = 0,
): number {
  const logit = chosen - rejected - margin;
  return label * softplus(-logit) + (1 - label) * softplus(logit) + centring * (chosen + rejected) ** 2;
}

/** `log(1 + exp(x))`. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Which outputs of a net the scores of a batch of pairs are made of. */
export interface BatchWeights {
  /** Those of the chosen completions less those of the rejected; `[outputs of all rows, pairs]`. */
  difference: Tensor;
  /** The sum of both; undefined where no penalty needs it. */
  sum: Tensor | undefined;
  /** `[pairs, 1]` each. */
  labels: Tensor;
  margins: Tensor;
}

/**
 * The gradient of the mean of {@link pairLoss} over a batch by the net's outputs. The weights come transposed, which is
 * how the second of two products needs them: a product with a transposed operand is slow on wasm.
 * @param output `[rows, outputs]`
 */
export function outputGradient(
  tf: Tf,
  output: Tensor,
  { difference, sum, labels, margins }: BatchWeights,
  centring: number,
): Tensor {
  const flat = tf.reshape(output, [output.size, 1]);
  const pairs = labels.size;
  const scored = (weights: Tensor) => tf.matMul(tf.transpose(weights), flat);
  const byDifference = tf.sub(tf.sigmoid(tf.sub(scored(difference), margins)), labels);
  const gradient = tf.matMul(difference, byDifference);
  const whole = sum ? tf.add(gradient, tf.mul(tf.matMul(sum, scored(sum)), 2 * centring)) : gradient;
  return tf.reshape(tf.div(whole, pairs), output.shape);
}
