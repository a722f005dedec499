import { meanLoss } from '../compute/losses/scalar.js';
import { bootstrapOf, type QTargetConfig } from '../targets/bootstrap.js';
import { jointLoss } from './jointLoss.js';
import type { Critic, Learning, LearningMeans } from './learning.js';
import { drawMinibatch, type Minibatch, prioritise } from './minibatch.js';
import { takenAdvantages, valuesOf } from './predictions.js';
import { qTargets, type TargetSamples } from './qTargets.js';
import { meansOf, type UpdateMeasures, update } from './update.js';

/**
 * One step of joint learning of `Q = v + A` against a bootstrapped target: minibatches drawn from the replay,
 * uniformly or by priority. `A` is centred by its mean over the candidates, here as in the bootstrap, or the two would
 * differ.
 * @param followTarget called after each update
 */
export async function learnQ(
  learning: Learning,
  target: QTargetConfig,
  followTarget: () => void,
): Promise<LearningMeans> {
  const bootstrap = bootstrapOf(target, learning.policy, learning.acting);
  const measures: UpdateMeasures[] = [];
  for (let i = 0; i < learning.agent.updates; i++) {
    const batch = drawMinibatch(learning);
    const targets = await qTargets(learning, batch.transitions, bootstrap);
    const updates = learning.critics.map((critic) => qUpdate(learning, critic, batch, targets));
    await prioritise(learning, batch, updates[0].error);
    measures.push(...updates);
    followTarget();
  }
  const { loss, norm } = await meansOf(learning.tf, measures);
  return { loss, valueLoss: loss, gradNorm: norm };
}

/** One update of a critic so that `v(s) + g(h) . c` of some transitions comes nearer to their targets. */
function qUpdate(
  learning: Learning,
  critic: Critic,
  batch: Minibatch,
  targets: TargetSamples,
): UpdateMeasures {
  const { tf, agent } = learning;
  const shape: [number, number] = [batch.transitions.length, targets.samples];
  if (!agent.head.dueling) return plainUpdate(learning, critic, batch, targets);
  return update(tf, [critic.g, critic.v], () => {
    const advantage = takenAdvantages(learning, critic, batch.transitions, 'mean');
    const value = valuesOf(learning, critic, batch.transitions);
    const y = tf.tensor2d(targets.data, shape);
    const weights = batch.weights && tf.tensor1d(batch.weights);
    const { loss, byValue, byAdvantage, error } = jointLoss(
      tf,
      agent,
      value.output,
      advantage.output,
      y,
      weights,
    );
    return { loss, gradients: [advantage.backward(byAdvantage), value.backward(byValue)], error };
  });
}

/** The same for a head that is not dueling: `Q = g(h) . e_a`. */
function plainUpdate(
  learning: Learning,
  critic: Critic,
  batch: Minibatch,
  targets: TargetSamples,
): UpdateMeasures {
  const { tf, agent } = learning;
  return update(tf, [critic.g], () => {
    const q = takenAdvantages(learning, critic, batch.transitions, 'none');
    const weights = batch.weights && tf.tensor1d(batch.weights);
    const { loss, gradient, error } = meanLoss(tf, agent.loss, q.output, tf.tensor1d(targets.data), weights);
    return { loss, gradients: [q.backward(gradient)], error };
  });
}
