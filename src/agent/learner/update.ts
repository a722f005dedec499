import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../compute/backend.js';
import type { Adam } from './adam.js';
import { free } from './net.js';

/** A loss and its gradients by the weights of the nets that an update trains. */
export interface Gradients {
  /** A scalar. */
  loss: Tensor;
  /** For each net, in the order of its tensors. */
  gradients: Tensor[][];
  /** The error of each sample; `[batch]`. */
  error: Tensor;
}

/** What one update measured, still on the backend: reading it would make the backend wait. */
export interface UpdateMeasures {
  /** The loss before the update; a scalar. */
  loss: Tensor;
  /** Global gradient norm of each net before clipping; scalars. */
  norms: Tensor[];
  /** The error of each sample before the update; `[batch]`. */
  error: Tensor;
}

/**
 * One step of gradient descent on a loss of one or several nets, each clipped by its own global norm.
 * @param compute the loss and its gradients; what else it allocates is freed
 */
export function update(tf: Tf, optimizers: readonly Adam[], compute: () => Gradients): UpdateMeasures {
  const { gradients, loss, error } = tf.tidy(() => ({ ...compute() }));
  const norms = optimizers.map((optimizer, i) => optimizer.apply(gradients[i]));
  free(gradients.flat());
  return { loss, error, norms };
}

/** Mean loss and mean norm of the first net over some updates, 0 of none; frees what they measured. */
export async function meansOf(
  tf: Tf,
  measures: readonly UpdateMeasures[],
): Promise<{ loss: number; norm: number }> {
  if (measures.length === 0) return { loss: 0, norm: 0 };
  const [loss, norm] = tf.tidy(() => [
    tf.mean(tf.stack(measures.map((measure) => measure.loss))),
    tf.mean(tf.stack(measures.map((measure) => measure.norms[0]))),
  ]);
  const means = { loss: (await loss.data())[0], norm: (await norm.data())[0] };
  free([loss, norm, ...measures.flatMap((measure) => [measure.loss, measure.error, ...measure.norms])]);
  return means;
}
