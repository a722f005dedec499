import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { InputError } from '../../common/index.js';
import type { Tf } from './backend.js';
import { columnSums, type Weights } from './mlp.js';

/** One convolution of a trunk, without padding, followed by ReLU. */
export interface ConvLayer {
  /** Output channels. */
  filters: number;
  /** Height and width of the kernel. */
  size: number;
  /** Step of the kernel, both ways. */
  stride: number;
}

/**
 * The shapes of a convolutional trunk's input and of every layer's output, `[height, width, channels]` each.
 * @throws InputError when a kernel is larger than its input.
 */
export function convShapes(shape: readonly number[], layers: readonly ConvLayer[]): number[][] {
  const shapes = [[...shape]];
  layers.forEach(({ filters, size, stride }, i) => {
    const [height, width] = shapes[i];
    if (size > Math.min(height, width)) {
      throw new InputError(
        `convolution ${i + 1} has a ${size} x ${size} kernel but its input is ${height} x ${width}: take a smaller size or stride, or fewer layers, in agent.head.conv`,
      );
    }
    const steps = (length: number) => Math.floor((length - size) / stride) + 1;
    shapes.push([steps(height), steps(width), filters]);
  });
  return shapes;
}

/**
 * The outputs of every layer of a convolutional trunk, each `[batch, height, width, channels]` and after ReLU. First
 * comes its input.
 * @param weights kernel `[size, size, in, out]` and bias `[out]` of each layer, in order
 * @param x `[batch, height, width, channels]`
 */
export function convOutputs(tf: Tf, weights: Weights, layers: readonly ConvLayer[], x: Tensor): Tensor[] {
  const outputs = [x];
  layers.forEach(({ stride }, i) => {
    const [input, filter] = [rank4(tf, outputs[i]), rank4(tf, weights[2 * i])];
    const bias = weights[2 * i + 1];
    outputs.push(
      tf.fused.conv2d({ x: input, filter, strides: stride, pad: 'valid', bias, activation: 'relu' }),
    );
  });
  return outputs;
}

/**
 * The loss's gradients by the trunk's weights, in their order. They are written out for the reasons that
 * `backpropagate` has, and because the wasm backend has no kernel for the gradient by a filter.
 * @param outputs what {@link convOutputs} gave
 * @param dy the loss's gradient by the trunk's output; in its shape, or flat: `[batch, height * width * channels]`
 */
export function convGradients(
  tf: Tf,
  weights: Weights,
  layers: readonly ConvLayer[],
  outputs: readonly Tensor[],
  dy: Tensor,
): Tensor[] {
  const gradients: Tensor[] = [];
  let dx = dy;
  for (let i = layers.length - 1; i >= 0; i--) {
    const [x, y, kernel] = [outputs[i], outputs[i + 1], weights[2 * i]].map((tensor) => rank4(tf, tensor));
    // ReLU's derivative is 1 where its output is positive.
    const dz = tf.mul<Tensor4D>(tf.reshape(dx, y.shape), tf.step(y));
    gradients.unshift(kernelGradient(tf, layers[i], x, dz), channelSums(tf, dz));
    if (i > 0) dx = inputGradient(tf, layers[i], x, kernel, dz);
  }
  return gradients;
}

/**
 * By a layer's kernel: a convolution too, of the input with `dz` as the kernel, where the batch takes the place of
 * the channels and the stride that of the dilation. On wasm it is 3 to 30 times faster than a product with gathered patches.
 */
function kernelGradient(tf: Tf, { size, stride }: ConvLayer, x: Tensor4D, dz: Tensor4D): Tensor {
  const channels = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dz, [1, 2, 0, 3]);
  const all = tf.conv2d(channels, filter, 1, 'valid', 'NHWC', stride);
  // Where the stride leaves rows or columns over, there are offsets beyond the kernel.
  const [inputs, filters] = [x.shape[3], dz.shape[3]];
  return tf.transpose(tf.slice(all, [0, 0, 0, 0], [inputs, size, size, filters]), [1, 2, 0, 3]);
}

/** By a layer's bias: the sum over all but the last axis. */
function channelSums(tf: Tf, dz: Tensor4D): Tensor {
  const channels = dz.shape[3];
  return columnSums(tf, tf.reshape(dz, [dz.size / channels, channels]));
}

/** By a layer's input. */
function inputGradient(
  tf: Tf,
  { size, stride }: ConvLayer,
  x: Tensor4D,
  kernel: Tensor4D,
  dz: Tensor4D,
): Tensor {
  if (stride > 1) return tf.conv2dTranspose(dz, kernel, x.shape, stride, 'valid');
  // A convolution of the padded dz with the mirrored kernel; on wasm 3 to 6 times faster than conv2dTranspose.
  const mirrored = tf.transpose(tf.reverse(kernel, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(dz, mirrored, 1, size - 1);
}

/** The same tensor with the type that tfjs wants of images and kernels. */
function rank4(tf: Tf, x: Tensor): Tensor4D {
  const [a, b, c, d] = x.shape;
  return tf.reshape<Rank.R4>(x, [a, b, c, d]);
}
