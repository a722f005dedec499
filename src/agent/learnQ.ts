import type { Tensor } from '@tensorflow/tfjs-core';
import { bootstrapsOf, returnsOf, shapeOf, type Trajectory, type Transition } from '../replay/index.js';
import { advantageInputs, type StateRef } from './inputs.js';
import { forward, type Learning, type LearningMeans, stateValues } from './learning.js';
import { meanLoss } from './losses.js';
import type { Weights } from './mlp.js';
import { takenAdvantages, valuesOf } from './predictions.js';
import { candidateAdvantages } from './rows.js';
import { type Bootstrap, bootstrapOf, type QTargetConfig } from './targets/bootstrap.js';
import { meansOf, type UpdateMeasures, update } from './update.js';

/**
 * One step of joint learning of `Q = v + A` against the `dqn`, `double` or `soft` target: minibatches drawn from
 * the replay, uniformly or by priority. `A` is centred by its mean over the candidates, here as in the bootstrap, or the
 * two would differ.
 * @param followTarget called after each update
 */
export async function learnQ(
  learning: Learning,
  target: QTargetConfig,
  followTarget: () => void,
): Promise<LearningMeans> {
  const bootstrap = bootstrapOf(target, learning.policy);
  const measures: UpdateMeasures[] = [];
  for (let i = 0; i < learning.agent.updates; i++) {
    const batch = drawMinibatch(learning);
    const { errors, ...measured } = qUpdate(
      learning,
      batch,
      await qTargets(learning, batch.transitions, bootstrap),
    );
    measures.push(measured);
    if (errors) await prioritise(learning, batch, errors);
    followTarget();
  }
  const { loss, norm } = await meansOf(learning.tf, measures);
  return { loss, valueLoss: loss, gradNorm: norm };
}

/** The transitions that one update learns from. */
interface Minibatch {
  indices: Int32Array;
  transitions: Transition[];
  /** What the loss of each is multiplied by, where they were drawn by priority. */
  weights: Float32Array | undefined;
}

function drawMinibatch({ agent, replay, importance, random }: Learning): Minibatch {
  const { priorities } = replay;
  const indices = (priorities ?? replay).sample(agent.batchSize, random);
  return {
    indices,
    transitions: Array.from(indices, (index) => replay.at(index)),
    weights: priorities?.importanceWeights(indices, importance),
  };
}

/** Gives the transitions of a minibatch the priorities of their TD errors; frees `errors`. */
async function prioritise({ replay }: Learning, batch: Minibatch, errors: Tensor): Promise<void> {
  const read = await errors.data<'float32'>();
  errors.dispose();
  replay.priorities?.update(batch.indices, read);
}

/** One update of both nets so that `v(s) + g(h) . c` of some transitions comes nearer to their targets. */
function qUpdate(learning: Learning, batch: Minibatch, targets: Float32Array): UpdateMeasures {
  const { tf, agent, g, v } = learning;
  return update(tf, [g, v], () => {
    const { transitions } = batch;
    const advantage = takenAdvantages(learning, transitions, 'mean');
    const value = valuesOf(learning, transitions);
    const q = tf.add(value.output, advantage.output);
    const weights = batch.weights && tf.tensor1d(batch.weights);
    const { loss, gradient, error } = meanLoss(tf, agent.loss, q, tf.tensor1d(targets), weights);
    const gradients = [advantage.backward(gradient), value.backward(gradient)];
    return { loss, gradients, ...(weights ? { errors: error } : {}) };
  });
}

/** The return of each transition, with the later states that it reads valued by the bootstrap; `[transitions]`. */
async function qTargets(
  learning: Learning,
  batch: readonly Transition[],
  bootstrap: Bootstrap,
): Promise<Float32Array> {
  const { returns, gamma } = learning.agent;
  const needed = statesToBootstrap(learning, batch);
  const values = await bootstrapValues(learning, needed, bootstrap);
  const next = new Map(batch.map(({ trajectory }) => [trajectory, new Float32Array(trajectory.length)]));
  needed.forEach(({ trajectory, step }, i) => {
    next.get(trajectory)?.set([values[i]], step - 1);
  });
  const y = new Map(
    [...next].map(([trajectory, values]) => [
      trajectory,
      returnsOf(returns, { rewards: trajectory.rewards, next: values, gamma }),
    ]),
  );
  return Float32Array.from(batch, ({ trajectory, step }) => y.get(trajectory)?.[step] ?? Number.NaN);
}

/** The states whose values the returns of some transitions read, each once. */
function statesToBootstrap({ agent }: Learning, batch: readonly Transition[]): StateRef[] {
  const steps = new Map<Trajectory, Set<number>>();
  for (const { trajectory, step } of batch) {
    const wanted = steps.get(trajectory) ?? new Set();
    steps.set(trajectory, wanted);
    const { first, last } = bootstrapsOf(agent.returns, step, trajectory.length);
    const end = trajectory.terminated ? Math.min(last, trajectory.length - 2) : last;
    for (let t = first; t <= end; t++) wanted.add(t + 1);
  }
  return [...steps].flatMap(([trajectory, wanted]) => Array.from(wanted, (step) => ({ trajectory, step })));
}

async function bootstrapValues(
  learning: Learning,
  states: readonly StateRef[],
  bootstrap: Bootstrap,
): Promise<number[]> {
  if (states.length === 0) return [];
  const { target, g, v } = learning;
  if (!target.g) throw new Error('the target network has no advantage net');
  const theirs = await candidateValues(learning, { g: target.g.tensors, v: target.v.tensors }, states);
  const online = bootstrap.readsOnline
    ? await candidateValues(learning, { g: g.net.tensors, v: v.net.tensors }, states)
    : theirs;
  return states.map(({ trajectory, step }, i) => {
    const { k } = shapeOf(trajectory);
    return bootstrap.evaluate({
      target: theirs.subarray(i * k, (i + 1) * k),
      online: online.subarray(i * k, (i + 1) * k),
      reference: trajectory.reference.subarray(step * k, (step + 1) * k),
    });
  });
}

/** `Q(s, a)` of every candidate, its advantages centred by their mean; `[states, k]`. */
async function candidateValues(
  learning: Learning,
  nets: { g: Weights; v: Weights },
  states: readonly StateRef[],
): Promise<Float32Array> {
  const { tf, input, rows } = learning;
  const { k } = shapeOf(states[0].trajectory);
  const values = await stateValues(learning, nets.v, states);
  const g = await forward(tf, nets.g, states, (chunk) => advantageInputs(chunk, input));
  const candidates = new Int32Array(states.length * k);
  states.forEach(({ trajectory, step }, i) => {
    candidates.set(trajectory.candidates.subarray(step * k, (step + 1) * k), i * k);
  });
  return candidateAdvantages(g, candidates, k, rows).map(
    (advantage, i) => advantage + values[Math.floor(i / k)],
  );
}
