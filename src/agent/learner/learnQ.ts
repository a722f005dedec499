import { bootstrapOf, type QTargetConfig } from '../targets/bootstrap.js';
import type { Learning, LearningMeans } from './learning.js';
import { drawMinibatch, prioritise } from './minibatch.js';
import { qTargets } from './qTargets.js';
import { meansOf, type UpdateMeasures } from './update.js';
import { updateCritic } from './updateCritic.js';

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
    const updates = learning.critics.map((critic) => updateCritic(learning, critic, batch, targets));
    await prioritise(learning, batch, updates[0].error);
    measures.push(...updates);
    followTarget();
  }
  const { loss, norm } = await meansOf(learning.tf, measures);
  return { loss, valueLoss: loss, gradNorm: norm };
}
