import type { TargetConfig } from '../../config/index.js';
import { shapeOf, type Transition } from '../../replay/index.js';
import { expectileLoss } from '../compute/losses/expectile.js';
import { candidateAdvantages, weightedRows } from '../head/rows.js';
import { softmax } from '../policies/index.js';
import { BootstrapStates } from './bootstrapping.js';
import { candidateIds, targetValues } from './candidateValues.js';
import { type Critic, forward, type Learning, type LearningMeans, stateValues } from './learning.js';
import { drawMinibatch, type Minibatch, prioritise } from './minibatch.js';
import { valuesOf } from './predictions.js';
import { meansOf, type UpdateMeasures, update } from './update.js';
import { updateCritic } from './updateCritic.js';

export type IlqlTargetConfig = Extract<TargetConfig, { type: 'ilql' }>;

/**
 * One step of implicit language Q-learning from a fixed set of completions (Snell et al. 2022, arXiv 2206.11871):
 * `v` is an expectile of `Q-` over the actions in the data, `Q = v + A` is fitted to `r + gamma V-(s')`, and a
 * cross-entropy term holds the Q of the actions in the data above that of the other candidates (CQL, Kumar et al. 2020,
 * arXiv 2006.04779). The advantage is not centred: it is `Q - V`. The loss of Q trains `v` as well as `g`: were `g`
 * alone to make up for every move of `v`, which follows their sum, both would swing.
 * @param followTarget called after each update
 */
export async function learnIlql(
  learning: Learning,
  target: IlqlTargetConfig,
  followTarget: () => void,
): Promise<LearningMeans> {
  const { agent, critics, tf } = learning;
  const qMeasures: UpdateMeasures[] = [];
  const valueMeasures: UpdateMeasures[] = [];
  for (let i = 0; i < agent.updates; i++) {
    const batch = drawMinibatch(learning);
    const minimum = await targetQ(learning, batch.transitions);
    const returns = await ilqlReturns(learning, batch.transitions);
    for (const critic of critics) {
      const cql = target.cql > 0 ? await cqlGradient(learning, critic, batch, target.cql) : undefined;
      const updated = updateCritic(learning, critic, batch, { data: returns, samples: 1 }, cql);
      if (critic === critics[0]) await prioritise(learning, batch, updated.error);
      qMeasures.push(updated);
      valueMeasures.push(valueUpdate(learning, critic, batch, minimum, target.expectile));
    }
    followTarget();
  }
  const q = await meansOf(tf, qMeasures);
  const value = await meansOf(tf, valueMeasures);
  return { loss: q.loss, valueLoss: value.loss, gradNorm: q.norm };
}

/** `Q-(s, a)` of the action taken, the smaller of two critics'; `[batch]`. */
async function targetQ(learning: Learning, batch: readonly Transition[]): Promise<Float32Array> {
  const all = await Promise.all(
    learning.critics.map(async (critic) => {
      const { q } = await targetValues(learning, critic, batch);
      return batch.map(({ trajectory, step }, i) => q[i * shapeOf(trajectory).k + trajectory.taken[step]]);
    }),
  );
  return Float32Array.from(batch, (_, i) => Math.min(...all.map((q) => q[i])));
}

/** The return of each transition, bootstrapped from the smaller `V-` of the later states; `[batch]`. */
async function ilqlReturns(learning: Learning, batch: readonly Transition[]): Promise<Float32Array> {
  const later = new BootstrapStates(learning.agent, batch);
  const all = await Promise.all(
    learning.critics.map(({ target }) => stateValues(learning, target.v, later.states)),
  );
  const values = later.states.map((_, i) => Math.min(...all.map((v) => v[i])));
  return Float32Array.from(batch, (transition) => later.returnOf(transition, values));
}

/**
 * The gradient by `g(h)` of `weight` times the mean cross-entropy of the actions taken under the softmax of Q over the
 * candidates: `sum_b softmax(Q)_b e_b - e_a`. `v` is the same for all candidates and drops out.
 * @returns `[batch, actionSize]`
 */
async function cqlGradient(
  learning: Learning,
  { g }: Critic,
  { transitions, weights }: Minibatch,
  weight: number,
): Promise<Float32Array> {
  const { rows } = learning;
  const { k } = shapeOf(transitions[0].trajectory);
  const candidates = candidateIds(transitions);
  const output = await forward(learning, g.net, transitions);
  const advantages = candidateAdvantages(output, candidates, k, rows, false);
  const slopes = new Float32Array(advantages.length);
  transitions.forEach(({ trajectory, step }, i) => {
    const row = slopes.subarray(i * k, (i + 1) * k);
    softmax(advantages.subarray(i * k, (i + 1) * k), row);
    row[trajectory.taken[step]] -= 1;
    const share = (weight * (weights?.[i] ?? 1)) / transitions.length;
    for (let a = 0; a < k; a++) row[a] *= share;
  });
  return weightedRows(slopes, candidates, k, rows);
}

/** One update of `v` so that it comes nearer to an expectile of `Q-`, `[batch]`. */
function valueUpdate(
  learning: Learning,
  critic: Critic,
  batch: Minibatch,
  targets: Float32Array,
  expectile: number,
): UpdateMeasures {
  const { tf } = learning;
  return update(tf, [critic.v], () => {
    const { output, backward } = valuesOf(learning, critic, batch.transitions);
    const values = tf.reshape(output, [targets.length]);
    const weights = batch.weights && tf.tensor1d(batch.weights);
    const { loss, gradient, error } = expectileLoss(tf, values, tf.tensor1d(targets), expectile, weights);
    return { loss, gradients: [backward(tf.reshape(gradient, output.shape))], error };
  });
}
