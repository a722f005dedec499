import type { Tensor } from '@tensorflow/tfjs-core';
import type { Transition } from '../replay/index.js';
import { advantageInputs, valueInputs } from './inputs.js';
import type { Learning } from './learning.js';
import { layerOutputs, weightGradients } from './mlp.js';
import type { Centring } from './rows.js';

/** What a net predicts of some transitions, with the way back from a loss to its weights. */
export interface Prediction {
  /** `[transitions]`. */
  output: Tensor;
  /** The loss's gradients by the net's weights, from those by the output, `[transitions]`. */
  backward(gradient: Tensor): Tensor[];
}

/** The centred advantage of the action taken, `g(h) . c`. Call within `tf.tidy`. */
export function takenAdvantages(
  learning: Learning,
  transitions: readonly Transition[],
  centring: Centring,
): Prediction {
  const { tf, g, input } = learning;
  const weights = g.net.tensors;
  const shape: [number, number] = [transitions.length, input.mean.length];
  const outputs = layerOutputs(tf, weights, tf.tensor2d(advantageInputs(transitions, input), shape));
  const c = tf.tensor2d(centredInputs(learning, transitions, centring), shape);
  return {
    output: tf.sum(tf.mul(outputs[outputs.length - 1], c), 1),
    backward: (gradient) => weightGradients(tf, weights, outputs, tf.mul(tf.expandDims(gradient, 1), c)),
  };
}

/** The value of the state, `v(h, t / T_max)`. Call within `tf.tidy`. */
export function valuesOf({ tf, v, input }: Learning, transitions: readonly Transition[]): Prediction {
  const weights = v.net.tensors;
  const shape: [number, number] = [transitions.length, input.mean.length + 1];
  const outputs = layerOutputs(tf, weights, tf.tensor2d(valueInputs(transitions, input), shape));
  return {
    output: tf.reshape(outputs[outputs.length - 1], [transitions.length]),
    backward: (gradient) => weightGradients(tf, weights, outputs, tf.expandDims(gradient, 1)),
  };
}

/** The centred rows `c` of transitions; `[transitions, d]`. */
function centredInputs(
  learning: Learning,
  transitions: readonly Transition[],
  centring: Centring,
): Float32Array {
  const { d } = learning.rows;
  const c = new Float32Array(transitions.length * d);
  transitions.forEach(({ trajectory, step }, i) => {
    c.set(learning.centred(trajectory, centring).subarray(step * d, (step + 1) * d), i * d);
  });
  return c;
}
