import type { Tensor } from '@tensorflow/tfjs-core';
import type { AgentConfig } from '../config/index.js';
import type { Tf } from './backend.js';

export type LossConfig = AgentConfig['loss'];

/** A mean loss and its gradient. */
export interface Loss {
  /** A scalar. */
  loss: Tensor;
  /** By the predictions; `[batch]`. */
  gradient: Tensor;
}

/**
 * The mean loss of predictions against targets, both `[batch]`, as PyTorch's `mse_loss` and `huber_loss`: `mse` is
 * `e^2`; `huber` is `e^2 / 2` up to `delta` and `delta (|e| - delta / 2)` beyond.
 */
export function meanLoss(tf: Tf, config: LossConfig, predicted: Tensor, target: Tensor): Loss {
  const error = tf.sub(predicted, target);
  return config.type === 'mse' ? squared(tf, error) : huber(tf, error, config.delta);
}

function squared(tf: Tf, error: Tensor): Loss {
  return { loss: tf.mean(tf.square(error)), gradient: tf.mul(error, 2 / error.size) };
}

function huber(tf: Tf, error: Tensor, delta: number): Loss {
  const clipped = tf.clipByValue(error, -delta, delta);
  // With c the clipped error, both pieces are c (e - c / 2), and the derivative is c.
  const losses = tf.mul(clipped, tf.sub(error, tf.mul(clipped, 0.5)));
  return { loss: tf.mean(losses), gradient: tf.mul(clipped, 1 / error.size) };
}
