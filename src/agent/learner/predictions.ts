import type { Tensor } from '@tensorflow/tfjs-core';
import type { Transition } from '../../replay/index.js';
import type { Centring } from '../head/rows.js';
import { stateInputs } from './inputs.js';
import type { Critic, Learning } from './learning.js';
import type { NetOutputs } from './net.js';

/** The advantages of the actions taken. */
export interface TakenAdvantages {
  /** `[transitions]`. */
  output: Tensor;
  /**
   * The loss's gradients by the net's tensors.
   * @param gradient by the output; `[transitions]`
   * @param more by `g(h)`, of what else the loss has; `[transitions, actionSize]`
   */
  backward(gradient: Tensor, more?: Tensor): Tensor[];
}

/** The centred advantage of the action taken, `g(h) . c`; output `[transitions]`. Call within `tf.tidy`. */
export function takenAdvantages(
  learning: Learning,
  { g }: Critic,
  transitions: readonly Transition[],
  centring: Centring,
): TakenAdvantages {
  const { tf, input } = learning;
  const { output, backward } = g.net.run(stateInputs(transitions, input, g.net.inputs));
  const c = tf.tensor2d(centredInputs(learning, transitions, centring), [transitions.length, g.net.outputs]);
  return {
    output: tf.sum(tf.mul(output, c), 1),
    backward: (gradient, more) => {
      const byOutput = tf.mul(tf.expandDims(gradient, 1), c);
      return backward(more ? tf.add(byOutput, more) : byOutput);
    },
  };
}

/** What `v` gives of states; output `[transitions, outputs]`. Call within `tf.tidy`. */
export function valuesOf({ input }: Learning, { v }: Critic, transitions: readonly Transition[]): NetOutputs {
  return v.net.run(stateInputs(transitions, input, v.net.inputs));
}

/** The centred rows `c` of transitions; `[transitions, actionSize]`. */
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
