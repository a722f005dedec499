import { meanLoss } from '../compute/losses/scalar.js';
import { jointLoss } from './jointLoss.js';
import type { Critic, Learning } from './learning.js';
import type { Minibatch } from './minibatch.js';
import { takenAdvantages, valuesOf } from './predictions.js';
import type { TargetSamples } from './qTargets.js';
import { type UpdateMeasures, update } from './update.js';

/**
 * One update of a critic so that `Q = v(s) + A(s, a)` of some transitions comes nearer to its targets; `Q = g(h) . e_a`
 * alone where the head is not dueling. `A` is centred as the head says.
 * @param more a gradient by `g(h)` of what else the loss has; `[batch, actionSize]`
 */
export function updateCritic(
  learning: Learning,
  critic: Critic,
  batch: Minibatch,
  targets: TargetSamples,
  more?: Float32Array,
): UpdateMeasures {
  const { tf, agent, spec } = learning;
  const { transitions } = batch;
  const { dueling } = agent.head;
  return update(tf, dueling ? [critic.g, critic.v] : [critic.g], () => {
    const advantage = takenAdvantages(learning, critic, transitions, spec.centred ? 'mean' : 'none');
    const weights = batch.weights && tf.tensor1d(batch.weights);
    const byOutput = more && tf.tensor2d(more, [transitions.length, critic.g.net.outputs]);
    if (!dueling) {
      const y = tf.tensor1d(targets.data);
      const { loss, gradient, error } = meanLoss(tf, agent.loss, advantage.output, y, weights);
      return { loss, gradients: [advantage.backward(gradient, byOutput)], error };
    }
    const value = valuesOf(learning, critic, transitions);
    const y = tf.tensor2d(targets.data, [transitions.length, targets.samples]);
    const joint = jointLoss(tf, agent, value.output, advantage.output, y, weights);
    return {
      loss: joint.loss,
      gradients: [advantage.backward(joint.byAdvantage, byOutput), value.backward(joint.byValue)],
      error: joint.error,
    };
  });
}
