import { describe, expect, it } from 'vitest';
import { denseRows, HeadRuntime } from '../../../src/agent/index.js';
import { gridWorldModel, nStepFixedPoint, valueIteration, worldBatch } from '../../../src/env/index.js';
import { openRun } from '../../../src/sample/index.js';
import { syncConfig, trainHere } from '../run.js';

const model = gridWorldModel();
const actions = ['up', 'down', 'left', 'right'];
const living = Array.from({ length: model.goal }, (_, state) => state);

/** Trains in the grid world. @returns the learned Q of every cell, `[states, actions]` */
async function learn(...settings: string[]): Promise<number[][]> {
  const quick = ['train.steps=24', 'train.evalEvery=0', 'train.evalEpisodes=2', 'eval.episodes=2'];
  const config = syncConfig('configs/gridworld.yaml', ...quick, ...settings);
  const { run } = await trainHere(config);
  const { tensors, spec } = openRun(run);
  const head = await HeadRuntime.create(tensors, spec, denseRows(actions.length));
  const { states } = model;
  const observations = Float32Array.from({ length: states ** 2 }, (_, i) => (i % (states + 1) === 0 ? 1 : 0));
  const batch = worldBatch(observations, { actions, observationSize: states });
  const advantages = await head.advantages(batch);
  const values = await head.values(batch.states, batch.progress);
  await head.release();
  return Array.from(values, (value, state) =>
    Array.from(actions, (_, a) => (config.agent.head.dueling ? value : 0) + advantages[4 * state + a]),
  );
}

/** The largest difference between two tables, over every living state and action. */
function difference(q: readonly ArrayLike<number>[], exact: readonly ArrayLike<number>[]): number {
  return Math.max(
    ...living.flatMap((state) => actions.map((_, a) => Math.abs(q[state][a] - exact[state][a]))),
  );
}

/** Steps of the greedy policy from a state to the goal; infinite when it goes astray. */
function greedySteps(q: readonly number[][], from: number): number {
  let state = from;
  for (let steps = 0; steps <= model.states; steps++) {
    if (state === model.goal) return steps;
    state = model.transition(state, q[state].indexOf(Math.max(...q[state]))).next;
  }
  return Number.POSITIVE_INFINITY;
}

function expectOptimal(q: readonly number[][], gamma: number): void {
  expect(difference(q, valueIteration(model, { gamma }))).toBeLessThan(0.05);
  for (const state of living) {
    const shortest = 2 - Math.floor(state / model.size) + (2 - (state % model.size));
    expect(greedySteps(q, state)).toBe(shortest);
  }
}

const watkins = ['agent.returns.type=n-step', 'agent.returns.n=3', 'agent.returns.traces=watkins'];

describe('the learned Q is within 0.05 of value iteration, and its greedy paths are shortest', () => {
  it.each([
    ['dqn', ['agent.target.type=dqn']],
    ['double', ['agent.target.type=double']],
    ['expected, greedy', ['agent.target.type=expected', 'agent.target.policy=greedy']],
    ['soft, beta 120', ['agent.target.type=soft', 'agent.target.beta=120']],
  ])('%s, one step and three with traces cut at exploring actions', async (_, target) => {
    expectOptimal(await learn(...target), 1);
    expectOptimal(await learn(...target, ...watkins), 1);
  });

  it.each([
    ['gamma 0.9, three steps with cut traces', 0.9, ['agent.gamma=0.9', ...watkins]],
    ['twin critics, a prioritised replay', 1, ['agent.twin=true', 'replay.type=prioritised']],
    [
      'quantiles, half precision',
      1,
      ['agent.critic={type: quantile, quantiles: 8}', 'replay.states=float16'],
    ],
    [
      'not dueling, Huber loss, Polyak',
      1,
      ['agent.head.dueling=false', 'agent.loss.type=huber', 'agent.targetNetwork={type: polyak, rate: 0.05}'],
    ],
    [
      'lambda-returns with cut traces, Boltzmann exploration, random starts',
      1,
      [
        'agent.returns.type=lambda',
        'agent.returns.traces=watkins',
        'policy={type: boltzmann, temperature: 2}',
        'env.start=random',
      ],
    ],
  ])('%s', async (_, gamma, settings) => {
    expectOptimal(await learn(...settings), gamma);
  });
});

it('uncorrected three-step returns agree with their own fixed point, and not with value iteration', async () => {
  const gamma = 0.6;
  const q = await learn(
    ...['agent.target.type=dqn', 'agent.returns.type=n-step', 'agent.returns.n=3', `agent.gamma=${gamma}`],
    // A behaviour that stays uniform, in episodes and pieces so long that few returns are cut short.
    ...['policy.epsilon.end=1', 'env.start=random', 'env.maxSteps=2000'],
    ...['env.copies=32', 'train.stepsPerCopy=250', 'train.steps=8', 'replay.capacity=80000'],
    ...['agent.batchSize=512', 'agent.updates=50', 'agent.targetNetwork.every=20', 'agent.gradClip=100'],
    'agent.head.dueling=false',
  );
  const behaviour = Array.from({ length: model.states }, () => [0.25, 0.25, 0.25, 0.25]);
  const fixedPoint = nStepFixedPoint(model, { gamma, n: 3, behaviour });
  expect(difference(q, fixedPoint)).toBeLessThan(0.05);
  expect(difference(q, valueIteration(model, { gamma }))).toBeGreaterThan(0.5);
});
