import { shuffle } from '../../common/index.js';
import { bootstrapsOf, type Trajectory } from '../../replay/index.js';
import { meanLoss } from '../compute/losses/scalar.js';
import { advantageFits, type ValueTargetOptions, valueFits, valueReturns } from '../targets/value.js';
import type { StateRef } from './inputs.js';
import { valueLoss } from './jointLoss.js';
import { type Critic, type Learning, type LearningMeans, stateValues } from './learning.js';
import type { Net } from './net.js';
import { takenAdvantages, valuesOf } from './predictions.js';
import { meansOf, type UpdateMeasures, update } from './update.js';

/** What every transition of the replay is fitted to; `[size]` each, in the replay's order. */
interface Fits {
  advantage: Float32Array;
  value: Float32Array;
}

/**
 * One step with the `value` target: the advantage and the value are fitted apart, both to targets made from the nets
 * as they were before this step.
 * @param followTarget called after each update of `v`
 */
export async function learnValue(
  learning: Learning,
  tau: number,
  followTarget: () => void,
): Promise<LearningMeans> {
  const { agent, tf } = learning;
  const fits = await makeFits(learning, { returns: agent.returns, gamma: agent.gamma, tau });
  const advantage = await meansOf(tf, fitAdvantage(learning, fits.advantage));
  const value = await meansOf(tf, fitValue(learning, fits.value, followTarget));
  return { loss: advantage.loss, valueLoss: value.loss, gradNorm: advantage.norm };
}

async function makeFits(learning: Learning, options: ValueTargetOptions): Promise<Fits> {
  const { episodes } = learning.replay;
  const values = await episodeValues(learning, learning.critics[0].v.net);
  const next = await nextValues(learning);
  const returns = episodes.map((episode, i) => valueReturns(episode, next[i], options));
  const fits = episodes.map((episode, i) => valueFits(episode, returns[i], options.tau));
  return {
    advantage: flat(advantageFits(episodes, fits, values, learning.agent.groupBaseline)),
    value: flat(fits),
  };
}

/**
 * `V-` of the state after each step of each episode, the smaller of two critics'; 0 after a terminated one and where no
 * return reads it.
 */
async function nextValues(learning: Learning): Promise<Float32Array[]> {
  const { replay, agent, critics } = learning;
  const reads = ({ length, terminated }: Trajectory) =>
    !terminated || bootstrapsOf(agent.returns, 0, length).first < length - 1;
  if (!replay.episodes.some(reads)) return replay.episodes.map(({ length }) => new Float32Array(length));
  const all = await Promise.all(critics.map(({ target }) => episodeValues(learning, target.v)));
  return replay.episodes.map(({ length }, i) =>
    Float32Array.from({ length }, (_, t) => Math.min(...all.map((values) => values[i][t + 1] ?? 0))),
  );
}

/** `v` at every state of every episode; a row of `T` or, when truncated, `T + 1` each. */
async function episodeValues(learning: Learning, net: Net): Promise<Float32Array[]> {
  const { episodes } = learning.replay;
  const rows = episodes.map(({ length, terminated }) => length + (terminated ? 0 : 1));
  const states = episodes.flatMap((trajectory, i) =>
    Array.from({ length: rows[i] }, (_, step): StateRef => ({ trajectory, step })),
  );
  const values = await stateValues(learning, net, states);
  let end = 0;
  return rows.map((count) => {
    end += count;
    return values.subarray(end - count, end);
  });
}

/** Passes of `A(s, a)` over the replay, in shuffled minibatches of equal size. */
function fitAdvantage(learning: Learning, targets: Float32Array): UpdateMeasures[] {
  const { agent, replay, random } = learning;
  const measures: UpdateMeasures[] = [];
  for (let pass = 0; pass < agent.passes; pass++) {
    const order = shuffle(
      Int32Array.from({ length: replay.size }, (_, i) => i),
      random,
    );
    const batches = Math.ceil(replay.size / agent.batchSize);
    for (let b = 0; b < batches; b++) {
      const from = Math.floor((b * order.length) / batches);
      const to = Math.floor(((b + 1) * order.length) / batches);
      measures.push(advantageUpdate(learning, order.subarray(from, to), targets));
    }
  }
  return measures;
}

/** One update of `g` so that `g(h) . c` of some transitions comes nearer to their targets. */
function advantageUpdate(learning: Learning, indices: Int32Array, targets: Float32Array): UpdateMeasures {
  const { tf, agent, replay } = learning;
  // The first critic acts; a second one is there for its value.
  const [critic] = learning.critics;
  const transitions = Array.from(indices, (i) => replay.at(i));
  return update(tf, [critic.g], () => {
    const advantage = takenAdvantages(learning, critic, transitions, agent.head.centring);
    const target = tf.tensor1d(gather(targets, indices));
    const { loss, gradient, error } = meanLoss(tf, agent.loss, advantage.output, target);
    return { loss, gradients: [advantage.backward(gradient)], error };
  });
}

/** Updates of each critic's `v` on minibatches drawn from the replay. */
function fitValue(learning: Learning, targets: Float32Array, followTarget: () => void): UpdateMeasures[] {
  const { agent, replay, random, critics } = learning;
  return Array.from({ length: agent.valueUpdates }, () => {
    const indices = replay.sample(agent.valueBatchSize, random);
    const measures = critics.map((critic) => valueUpdate(learning, critic, indices, targets));
    followTarget();
    return measures;
  }).flat();
}

function valueUpdate(
  learning: Learning,
  critic: Critic,
  indices: Int32Array,
  targets: Float32Array,
): UpdateMeasures {
  const { tf, agent, replay } = learning;
  const transitions = Array.from(indices, (i) => replay.at(i));
  return update(tf, [critic.v], () => {
    const { output, backward } = valuesOf(learning, critic, transitions);
    const returns = tf.tensor1d(gather(targets, indices));
    const { loss, gradient, error } = valueLoss(tf, agent, output, returns);
    return { loss, gradients: [backward(gradient)], error };
  });
}

function gather(from: Float32Array, indices: Int32Array): Float32Array {
  return Float32Array.from(indices, (i) => from[i]);
}

function flat(arrays: readonly Float64Array[]): Float32Array {
  return Float32Array.from(arrays.flatMap((array) => Array.from(array)));
}
