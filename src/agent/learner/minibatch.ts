import type { Tensor } from '@tensorflow/tfjs-core';
import type { Transition } from '../../replay/index.js';
import type { Learning } from './learning.js';

/** The transitions that one update learns from. */
export interface Minibatch {
  indices: Int32Array;
  transitions: Transition[];
  /** What the loss of each is multiplied by, where they were drawn by priority. */
  weights: Float32Array | undefined;
}

/** Draws a minibatch from the replay, uniformly or by priority. */
export function drawMinibatch({ agent, replay, importance, random }: Learning): Minibatch {
  const { priorities } = replay;
  const indices = (priorities ?? replay).sample(agent.batchSize, random);
  return {
    indices,
    transitions: Array.from(indices, (index) => replay.at(index)),
    weights: priorities?.importanceWeights(indices, importance),
  };
}

/** Gives the transitions of a minibatch the priorities of their TD errors, `[batch]`, in a prioritised replay. */
export async function prioritise({ replay }: Learning, batch: Minibatch, errors: Tensor): Promise<void> {
  replay.priorities?.update(batch.indices, await errors.data<'float32'>());
}
