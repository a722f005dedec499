import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/compute/backend.js';
import { BootstrapStates } from '../../../src/agent/learner/bootstrapping.js';
import type { Learning } from '../../../src/agent/learner/learning.js';
import { qTargets } from '../../../src/agent/learner/qTargets.js';
import { bootstrapOf } from '../../../src/agent/targets/bootstrap.js';
import type { Trajectory } from '../../../src/replay/index.js';
import { freeLearning, type Tables, tableLearning, tableOptions } from '../tables.js';
import { episodeOf } from '../worlds.js';

let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

// States 0, 1 and 2 with rewards 1, 2 and 4; the actions taken are 0, 1 and 0.
const steps = [
  { state: 0, action: 0, reward: 1 },
  { state: 1, action: 1, reward: 2 },
  { state: 2, action: 0, reward: 4 },
];
const whole = episodeOf(steps, 2);
/** The same cut off in state 0. */
const cutOff = episodeOf(steps, 2, 0);
/** A later piece of an episode that goes on elsewhere. */
const piece: Trajectory = { ...episodeOf(steps.slice(0, 2), 2, 2), start: 5 };

const oneStep = { type: 'one-step' };
const watkins = { traces: 'watkins' };

describe('BootstrapStates', () => {
  const statesOf = (returns: object, trajectory: Trajectory, at: number[]) => {
    const { agent } = tableOptions({ returns });
    const batch = at.map((step) => ({ trajectory, step }));
    return new BootstrapStates(agent, batch).states.map(({ step }) => step);
  };

  it.each([
    ['one step', oneStep, whole, [0, 1, 2], [1, 2]],
    ['one step, cut off', oneStep, cutOff, [0, 1, 2], [1, 2, 3]],
    ['one step, the last one alone', oneStep, whole, [2], []],
    ['each state once', oneStep, whole, [1, 0, 1, 1], [2, 1]],
    ['n steps', { type: 'n-step', n: 2 }, whole, [0, 1], [2]],
    ['n steps, cut off', { type: 'n-step', n: 2 }, cutOff, [0, 1, 2], [2, 3]],
    ['n steps that may be cut', { type: 'n-step', n: 2, ...watkins }, whole, [0], [1, 2]],
    ['lambda', { type: 'lambda', lambda: 0.5 }, whole, [1], [2]],
    ['lambda, cut off', { type: 'lambda', lambda: 0.5 }, cutOff, [1], [2, 3]],
    ['lambda 0', { type: 'lambda', lambda: 0 }, cutOff, [0], [1]],
    ['lambda 1', { type: 'lambda', lambda: 1 }, whole, [0], []],
    ['lambda 1 that may be cut', { type: 'lambda', lambda: 1, ...watkins }, whole, [0], [1, 2]],
    ['whole episodes', { type: 'episode' }, whole, [0, 1, 2], []],
    ['whole episodes, cut off', { type: 'episode' }, cutOff, [0, 1], [3]],
    ['a piece', oneStep, piece, [0, 1], [1, 2]],
    ['a piece by n steps', { type: 'n-step', n: 9 }, piece, [0], [2]],
  ])('wants the later states that the returns read: %s', (_, returns, trajectory, at, expected) => {
    expect(statesOf(returns, trajectory, at)).toEqual(expected);
  });

  it('looks values up by trajectory and step', () => {
    const { agent } = tableOptions({ returns: oneStep, gamma: 0.5 });
    const batch = [
      { trajectory: whole, step: 1 },
      { trajectory: cutOff, step: 2 },
      { trajectory: cutOff, step: 1 },
      { trajectory: whole, step: 2 },
    ];
    const later = new BootstrapStates(agent, batch);
    expect(later.states.map(({ trajectory, step }) => [trajectory === whole, step])).toEqual([
      [true, 2],
      [false, 3],
      [false, 2],
    ]);
    const returns = batch.map((transition) => later.returnOf(transition, [10, 20, 30]));
    expect(returns).toEqual([2 + 5, 4 + 10, 2 + 15, 4]);
  });
});

/** Q- as `v + A`: means 3, 5 and 2, so Q- is [2, 4], [6, 4] and [2, 2]. */
const old = {
  v: [[3], [5], [2], [0]],
  g: [
    [-1, 1],
    [1, -1],
    [0, 0],
    [0, 0],
  ],
};
/** Q as `v + A`: its greedy actions are 0, 1 and 1. */
const now = {
  v: [[9], [9], [9], [0]],
  g: [
    [1, -1],
    [-1, 1],
    [-2, 2],
    [0, 0],
  ],
};

async function targetsOf(
  agent: object,
  trajectory: Trajectory,
  { online = now, target = old, more = {} }: { online?: Tables; target?: Tables; more?: object } = {},
): Promise<number[][]> {
  const options = tableOptions({ gamma: 0.5, target: { type: 'dqn' }, ...agent }, more);
  const before = tf.memory().numTensors;
  const learning: Learning = tableLearning(tf, options, online, target);
  const config = options.agent.target;
  if (config.type === 'value' || config.type === 'ilql' || config.type === 'teacher') {
    throw new Error('no target of Q');
  }
  const batch = Array.from({ length: trajectory.length }, (_, step) => ({ trajectory, step }));
  const bootstrap = bootstrapOf(config, options.policy, learning.acting);
  const { data, samples } = await qTargets(learning, batch, bootstrap);
  freeLearning(learning);
  expect(tf.memory().numTensors).toBe(before);
  return batch.map((_, i) => [...data.subarray(i * samples, (i + 1) * samples)]);
}

const near = (rows: number[][]) => rows.map((row) => row.map((y) => expect.closeTo(y, 4)));
const epsilon = { start: 0.5, end: 0.5, draw: 'uniform' };
const epsilonGreedy = { policy: { type: 'epsilon-greedy', epsilon } };

describe('qTargets', () => {
  it.each([
    ['dqn', { type: 'dqn' }, {}, [6, 2, 4]],
    ['double', { type: 'double' }, {}, [4, 2, 2]],
    ['expected, greedy', { type: 'expected', policy: 'greedy' }, {}, [4, 2, 2]],
    ['expected', { type: 'expected' }, epsilonGreedy, [4.5, 2, 2.5]],
    [
      'soft',
      { type: 'soft', beta: 1 },
      {},
      [6, 2, 4].map((q, i) => q + Math.log((1 + Math.exp(i === 1 ? 0 : -2)) / 2)),
    ],
  ])(
    'bootstraps by %s, with nothing after the end and the last state where it is cut off',
    async (_, target, more, [b1, b2, b0]) => {
      const agent = { target, returns: oneStep };
      const [first, second] = [1 + b1 / 2, 2 + b2 / 2];
      expect(await targetsOf(agent, whole, { more })).toEqual(near([[first], [second], [4]]));
      expect(await targetsOf(agent, cutOff, { more })).toEqual(near([[first], [second], [4 + b0 / 2]]));
      expect(await targetsOf(agent, piece, { more })).toEqual(near([[first], [second]]));
    },
  );

  it('takes a single candidate', async () => {
    const alone = episodeOf([{ state: 0, action: 0, reward: 1 }], 1, 1);
    // The mean of the one advantage is itself: Q- is v.
    for (const type of ['dqn', 'double', 'expected']) {
      expect(await targetsOf({ target: { type }, returns: oneStep }, alone)).toEqual([[1 + 5 / 2]]);
    }
  });

  it('cuts at actions that are not greedy for Q-, where ties are greedy', async () => {
    const agent = { returns: { type: 'n-step', n: 3, ...watkins } };
    // Action 1 of state 1 explores: Q- prefers 0. In state 2 both are as good.
    expect(await targetsOf(agent, whole)).toEqual(near([[1 + 6 / 2], [2 + 4 / 2], [4]]));
    const other = {
      ...old,
      g: [
        [-1, 1],
        [-1, 1],
        [0, 0],
        [0, 0],
      ],
    };
    expect(await targetsOf(agent, whole, { target: other })).toEqual(near([[1 + 2 / 2 + 4 / 4], [4], [4]]));
    const uncut = { returns: { type: 'n-step', n: 3 } };
    expect(await targetsOf(uncut, whole)).toEqual(near([[3], [4], [4]]));
    const lambda = { returns: { type: 'lambda', lambda: 1, ...watkins } };
    expect(await targetsOf(lambda, cutOff)).toEqual(near([[4], [2 + 6 / 2], [6]]));
  });

  it('takes the smaller Q- of two critics, action by action', async () => {
    // The second is worth [5, 3], [1, 9] and [1, 3]: the smaller ones are [2, 3], [1, 4] and [1, 2].
    const target = {
      ...old,
      v2: [[4], [5], [2], [0]],
      g2: [
        [1, -1],
        [-4, 4],
        [-1, 1],
        [0, 0],
      ],
    };
    const dqn = { twin: true, returns: oneStep };
    expect(await targetsOf(dqn, cutOff, { target })).toEqual(near([[1 + 4 / 2], [2 + 2 / 2], [4 + 3 / 2]]));
    // Double asks the first critic, which prefers actions 1, 1 and 0.
    const double = { ...dqn, target: { type: 'double' } };
    expect(await targetsOf(double, cutOff, { target })).toEqual(near([[3], [3], [4 + 2 / 2]]));
    // Of Q- in state 1 action 1 is the best, so that taking it is not exploring; in state 2 action 0 is.
    const cut = { twin: true, returns: { type: 'n-step', n: 3, ...watkins } };
    expect(await targetsOf(cut, cutOff, { target })).toEqual(near([[1 + 2 / 2 + 2 / 4], [3], [5.5]]));
  });

  it('reads a head that is not dueling as Q itself', async () => {
    const target = {
      g: [
        [2, 4],
        [6, 4],
        [2, 2],
        [0, 0],
      ],
    };
    const agent = { head: { dueling: false }, returns: oneStep };
    expect(await targetsOf(agent, cutOff, { target })).toEqual(near([[4], [3], [6]]));
  });

  const critic = { type: 'quantile', quantiles: 2 };
  const quantiles = {
    ...old,
    v: [
      [2.5, 3.5],
      [4, 6],
      [2, 2],
      [0, 0],
    ],
  };

  it('spreads samples of the return as the quantiles do', async () => {
    const agent = { critic, returns: oneStep };
    expect(await targetsOf(agent, cutOff, { target: quantiles })).toEqual(
      near([
        [1 + 5 / 2, 1 + 7 / 2],
        [3, 3],
        [4 + 3.5 / 2, 4 + 4.5 / 2],
      ]),
    );
    const nStep = { critic, returns: { type: 'n-step', n: 2 } };
    expect(await targetsOf(nStep, cutOff, { target: quantiles })).toEqual(
      near([
        [1 + 1 + 0.5, 1 + 1 + 0.5],
        [2 + 2 + 3.5 / 4, 2 + 2 + 4.5 / 4],
        [4 + 3.5 / 2, 4 + 4.5 / 2],
      ]),
    );
    expect(await targetsOf(agent, whole, { target: quantiles })).toEqual(
      near([
        [3.5, 4.5],
        [3, 3],
        [4, 4],
      ]),
    );
  });

  it('takes the spread of the critic whose value is less', async () => {
    // The second is worth less in state 1 alone, with more spread there.
    const target = {
      ...quantiles,
      v2: [
        [9, 9],
        [1, 5],
        [9, 9],
        [0, 0],
      ],
      g2: old.g,
    };
    const agent = { twin: true, critic, returns: oneStep };
    expect(await targetsOf(agent, cutOff, { target })).toEqual(
      near([
        [1 + (4 - 2) / 2, 1 + (4 + 2) / 2],
        [3, 3],
        [4 + 3.5 / 2, 4 + 4.5 / 2],
      ]),
    );
  });

  it('decodes bins', async () => {
    // Equal probabilities of four bins over [0, 8] are worth 4; nearly all on the third is worth 5.
    const bins = { type: 'hl-gauss', bins: 4, min: 0, max: 8 };
    const target = {
      ...old,
      v: [
        [0, 0, 0, 0],
        [0, 0, 50, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    };
    const y = await targetsOf({ critic: bins, returns: oneStep }, cutOff, { target });
    expect(y).toEqual(near([[1 + 6 / 2], [2 + 4 / 2], [4 + 5 / 2]]));
  });
});
