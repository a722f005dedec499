import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../src/agent/backend.js';
import { initHead } from '../../src/agent/head.js';
import { LearnerCore } from '../../src/agent/learnerCore.js';
import type { HeadTensors, LearnReport } from '../../src/agent/types.js';
import { InputError, randomStream } from '../../src/common/index.js';
import type { Trajectory } from '../../src/replay/index.js';
import {
  best,
  errorOf,
  GAMMA,
  goodWalks,
  jointly,
  randomWalks,
  soft,
  valueIteration,
  walk,
} from './chain.js';
import { act, advantagesOf, draw, episodeOf, learnerOptions, stateValueOf } from './worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

describe('learning Q of a chain', () => {
  it.each([
    ['dqn, one step', { target: { type: 'dqn' }, returns: { type: 'one-step' } }, best, randomWalks(100)],
    [
      'double, one step',
      { target: { type: 'double' }, returns: { type: 'one-step' } },
      best,
      randomWalks(100),
    ],
    [
      'soft, one step',
      { target: { type: 'soft', beta: 2 }, returns: { type: 'one-step' } },
      soft,
      randomWalks(100),
    ],
    ['dqn, n steps', { target: { type: 'dqn' }, returns: { type: 'n-step', n: 2 } }, best, goodWalks()],
    [
      'double, lambda',
      { target: { type: 'double' }, returns: { type: 'lambda', lambda: 0.5 } },
      best,
      goodWalks(),
    ],
    ['dqn, whole episodes', { target: { type: 'dqn' }, returns: { type: 'episode' } }, best, goodWalks()],
    [
      'dqn with a huber loss and a Polyak target',
      {
        target: { type: 'dqn' },
        returns: { type: 'one-step' },
        loss: { type: 'huber', delta: 0.5 },
        targetNetwork: { type: 'polyak', rate: 0.05 },
      },
      best,
      randomWalks(100),
    ],
  ])('converges to value iteration: %s', async (_, agent, backup, walks) => {
    const options = learnerOptions({ ...jointly, ...agent });
    const learner = new LearnerCore(backend, options);
    let report = await learner.learn(walks, 0);
    for (let i = 1; i < 6; i++) report = await learner.learn([walks[0]], i);
    expect(errorOf(report.head, options.rows, valueIteration(backup))).toBeLessThan(0.05);
    expect(report.updates).toBe(6 * 120);
    learner.dispose();
  });
});

/** Contexts 0 to 3; action `a` of four is rewarded in context `a`. */
async function bandit(agent: object): Promise<{ chosen: number[]; values: number[] }> {
  const options = learnerOptions({ lr: 1e-2, batchSize: 64, valueUpdates: 20, valueBatchSize: 64, ...agent });
  const learner = new LearnerCore(backend, options);
  const random = randomStream(9, 'bandit');
  const policy = { type: 'guided', beta: 4 } as const;
  let report: LearnReport | undefined;
  for (let i = 0; i < 30; i++) {
    const batch = Array.from({ length: 64 }, (_, j): Trajectory => {
      const context = (j >> 3) % 4;
      const p = act(
        policy,
        report ? advantagesOf(report.head, options.rows, context, 4) : new Float32Array(4),
      );
      const action = draw(p, random);
      const episode = episodeOf([{ state: context, action, reward: action === context ? 1 : 0 }], 4);
      return { ...episode, behaviour: p, group: j >> 3, iteration: i };
    });
    report = await learner.learn(batch, i);
  }
  const head = report?.head ?? {};
  learner.dispose();
  return {
    chosen: [0, 1, 2, 3].map((context) => act(policy, advantagesOf(head, options.rows, context, 4))[context]),
    values: [0, 1, 2, 3].map((context) => stateValueOf(head, context)),
  };
}

describe('the value target', () => {
  it.each([
    ['with the group baseline', {}],
    ['with V alone', { groupBaseline: false }],
    ['centred by the mean', { head: { hidden: [32], centring: 'mean' } }],
  ])('finds the better actions of a contextual bandit %s', async (_, agent) => {
    const { chosen, values } = await bandit(agent);
    for (const probability of chosen) expect(probability).toBeGreaterThan(0.7);
    for (const value of values) expect(value).toBeGreaterThan(0.6);
  });

  it.each([
    ['whole episodes', { type: 'episode' }],
    ['one step', { type: 'one-step' }],
    ['lambda', { type: 'lambda', lambda: 0.5 }],
  ])('fits V to the value of the policy that acts: %s', async (_, returns) => {
    const options = learnerOptions({
      returns,
      gamma: GAMMA,
      target: { type: 'value', tau: 0.5 },
      valueUpdates: 200,
      valueBatchSize: 32,
      valueLr: 5e-3,
      targetNetwork: { type: 'hard', every: 50 },
    });
    const learner = new LearnerCore(backend, options);
    const episode = { ...walk(0, [], () => 0, 10), kl: Float32Array.of(0.2, 0.2, 0.2) };
    let report = await learner.learn([episode], 0);
    for (let i = 1; i < 8; i++) report = await learner.learn([episode], i);
    const last = 1 - 0.1;
    const middle = GAMMA * last - 0.1;
    const expected = [GAMMA * middle - 0.1, middle, last];
    expected.forEach((value, state) => {
      expect(Math.abs(stateValueOf(report.head, state, state / 10) - value)).toBeLessThan(0.03);
    });
    learner.dispose();
  });

  it('bootstraps where an episode is cut off', async () => {
    const options = learnerOptions({ gamma: GAMMA, valueUpdates: 200, valueBatchSize: 32, valueLr: 5e-3 });
    const learner = new LearnerCore(backend, options);
    const cutOff = walk(0, [], () => 0, 2);
    const whole = walk(2, [], () => 0, 10);
    let report = await learner.learn([cutOff, whole], 0);
    for (let i = 1; i < 8; i++) report = await learner.learn([cutOff, whole], i);
    // The last state is seen at another time of the whole episode, so it generalises.
    expect(Math.abs(stateValueOf(report.head, 0, 0) - GAMMA * GAMMA)).toBeLessThan(0.15);
    learner.dispose();
  });
});

const small = { batchSize: 16, valueUpdates: 5, valueBatchSize: 16, updates: 5 };

describe('LearnerCore', () => {
  it('gives the same weights for the same seed, and others for another', async () => {
    const heads: HeadTensors[] = [];
    for (const seed of [1, 1, 2]) {
      const learner = new LearnerCore(backend, { ...learnerOptions(small), seed });
      heads.push((await learner.learn(randomWalks(20), 0)).head);
      learner.dispose();
    }
    expect(heads[1]).toEqual(heads[0]);
    expect(heads[2]).not.toEqual(heads[0]);
  });

  it.each([
    ['value', {}],
    ['double', { target: { type: 'double' }, returns: { type: 'one-step' } }],
    ['dqn with Polyak', { target: { type: 'dqn' }, targetNetwork: { type: 'polyak', rate: 0.1 } }],
  ])('goes on from a snapshot as if never stopped, to the bit: %s', async (_, agent) => {
    const options = learnerOptions(
      { targetNetwork: { type: 'hard', every: 3 }, ...small, ...agent },
      { replay: { capacity: 50 } },
    );
    const walks = randomWalks(30);
    const whole = new LearnerCore(backend, options);
    await whole.learn(walks.slice(0, 15), 0);
    const state = await whole.snapshot();
    const expected = await whole.learn(walks.slice(15), 1);

    const resumed = new LearnerCore(backend, { ...options, seed: options.seed });
    await resumed.learn(walks.slice(20), 7);
    resumed.restore(state);
    const actual = await resumed.learn(walks.slice(15), 1);
    expect({ ...actual, ms: 0 }).toEqual({ ...expected, ms: 0 });
    expect(await resumed.snapshot()).toEqual(await whole.snapshot());
    whole.dispose();
    resumed.dispose();
  });

  it('keeps the number of tensors, and frees all of them', async () => {
    const { tf } = backend;
    const before = tf.memory().numTensors;
    for (const agent of [{}, { target: { type: 'double' } }]) {
      const learner = new LearnerCore(backend, learnerOptions({ ...small, ...agent }));
      await learner.learn(randomWalks(10), 0);
      const { numTensors } = tf.memory();
      for (let i = 1; i < 4; i++) await learner.learn(randomWalks(10), i);
      learner.restore(await learner.snapshot());
      expect(tf.memory().numTensors).toBe(numTensors);
      learner.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('fixes the standardisation of states with the first batch', async () => {
    const learner = new LearnerCore(backend, learnerOptions(small));
    const first = (await learner.learn([walk(0, [], () => 0, 10)], 0)).head;
    expect(first['input.mean'].data[0]).toBeCloseTo(1 / 3, 6);
    const second = (await learner.learn([walk(2, [], () => 0, 10)], 1)).head;
    expect(second['input.mean']).toEqual(first['input.mean']);
    expect(second['input.scale']).toEqual(first['input.scale']);
    learner.dispose();
  });

  it('starts from the weights given, with their standardisation and a new optimizer', async () => {
    const options = learnerOptions(small);
    const parent = new LearnerCore(backend, options);
    const { head } = await parent.learn(randomWalks(10), 0);
    const child = new LearnerCore(backend, { ...options, initial: head });
    const state = await child.snapshot();
    expect(state.head).toEqual(head);
    expect(state.updates).toBe(0);
    expect(state.optimizer['g.step'].data[0]).toBe(0);
    const { head: next } = await child.learn([walk(2, [], () => 0, 10)], 0);
    expect(next['input.mean']).toEqual(head['input.mean']);
    parent.dispose();
    child.dispose();
  });

  it('refuses weights of another shape', () => {
    const options = learnerOptions(small);
    const initial = initHead({ ...options.spec, hidden: [16] }, randomStream(1, 'head'));
    expect(() => new LearnerCore(backend, { ...options, initial })).toThrow(InputError);
    expect(() => new LearnerCore(backend, { ...options, initial })).toThrow(
      'g.0.weight should be [4, 32] but is [4, 16]',
    );
  });

  it('tells what it did', async () => {
    const learner = new LearnerCore(backend, learnerOptions(small, { replay: { capacity: 7 } }));
    const report = await learner.learn([walk(0, [], () => 0, 10), walk(1, [], () => 0, 10)], 0);
    expect(report).toMatchObject({ updates: 5, replaySize: 5 });
    expect(report.loss).toBeGreaterThan(0);
    expect(report.valueLoss).toBeGreaterThan(0);
    expect(report.gradNorm).toBeGreaterThan(0);
    expect(report.ms).toBeGreaterThan(0);
    expect((await learner.learn([walk(0, [], () => 0, 10)], 1)).replaySize).toBe(5);
    learner.dispose();
  });
});
