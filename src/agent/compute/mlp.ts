import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from './backend.js';

/** Weight `[in, out]` and bias `[out]` of each layer, in order: `w0, b0, w1, b1, ...`. */
export type Weights = readonly Tensor[];

/**
 * The outputs of every layer of a multilayer perceptron, with ReLU between the layers and none after the last; the last
 * one is the net's. First comes its input.
 * @param x `[batch, in]`
 */
export function layerOutputs(tf: Tf, weights: Weights, x: Tensor): Tensor[] {
  const outputs = [x];
  for (let i = 0; i < weights.length; i += 2) {
    const y = tf.fused.matMul({ a: outputs[outputs.length - 1], b: weights[i], bias: weights[i + 1] });
    outputs.push(i + 2 < weights.length ? tf.relu(y) : y);
  }
  return outputs;
}

/** What {@link backpropagate} gives. */
export interface MlpGradients {
  /** By the weights, in their order. */
  gradients: Tensor[];
  /** By the first layer's product; `[batch, out]`. */
  dz: Tensor;
}

/**
 * The loss's gradients by the weights (backpropagation). They are written out because tfjs's own
 * gradient of `matMul` multiplies transposed operands, which the wasm backend does ten times slower than an explicit
 * transpose and a plain product, and because its CommonJS build for Node.js comes without gradients.
 * @param outputs what {@link layerOutputs} gave
 * @param dy the loss's gradient by the net's output; `[batch, out]`
 */
export function backpropagate(
  tf: Tf,
  weights: Weights,
  outputs: readonly Tensor[],
  dy: Tensor,
): MlpGradients {
  const gradients: Tensor[] = [];
  let dz = dy;
  for (let layer = weights.length / 2 - 1; layer >= 0; layer--) {
    gradients.unshift(productGradient(tf, outputs[layer], dz), columnSums(tf, dz));
    // ReLU's derivative is 1 where its output is positive.
    if (layer > 0) dz = tf.mul(inputGradient(tf, weights[2 * layer], dz), tf.step(outputs[layer]));
  }
  return { gradients, dz };
}

/** The loss's gradient by a layer's input, `[batch, in]`, from that by its product, `[batch, out]`. */
export function inputGradient(tf: Tf, weight: Tensor, dz: Tensor): Tensor {
  return tf.matMul(dz, tf.transpose(weight));
}

/** `x^T dz`, by transposing whichever of the two is smaller. */
function productGradient(tf: Tf, x: Tensor, dz: Tensor): Tensor {
  if (dz.size < x.size / 2) return tf.transpose(tf.matMul(tf.transpose(dz), x));
  return tf.matMul(tf.transpose(x), dz);
}

/** The sum over the rows, as a product with a row of ones: several times faster than `tf.sum` on wasm. */
export function columnSums(tf: Tf, dz: Tensor): Tensor {
  const [rows, columns] = [dz.shape[0], dz.size / dz.shape[0]];
  return tf.reshape(tf.matMul(tf.ones([1, rows]), dz), [columns]);
}
