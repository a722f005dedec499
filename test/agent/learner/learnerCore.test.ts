import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { initHead } from '../../../src/agent/head/head.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import type { HeadTensors } from '../../../src/agent/types.js';
import { InputError, randomStream } from '../../../src/common/index.js';
import { randomWalks, walk } from '../chain.js';
import { learnerOptions, twoActions } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

const small = { batchSize: 16, valueUpdates: 5, valueBatchSize: 16, updates: 5 };

const quantile = { type: 'quantile', quantiles: 4 };
const hlGauss = { type: 'hl-gauss', bins: 11 };
const fewSteps = { type: 'n-step', n: 2, traces: 'watkins' };
const twinQuantiles = { target: { type: 'double' }, twin: true, critic: quantile, returns: fewSteps };

/** Every target, critic and number of critics. */
const kinds: [string, object][] = [
  ['value', {}],
  ['value, twin quantiles', { twin: true, critic: quantile, returns: { type: 'lambda' } }],
  ['value, bins', { critic: hlGauss, returns: { type: 'one-step' } }],
  ['dqn, bins', { target: { type: 'dqn' }, critic: hlGauss }],
  ['dqn, twin and not dueling', { target: { type: 'dqn' }, twin: true, head: { dueling: false } }],
  ['double, twin quantiles', twinQuantiles],
  ['soft, quantiles', { target: { type: 'soft', beta: 1 }, critic: quantile, returns: { type: 'one-step' } }],
  ['expected, twin', { target: { type: 'expected' }, twin: true, returns: fewSteps }],
  ['ilql', { target: { type: 'ilql' }, returns: { type: 'one-step' } }],
  ['ilql, twin', { target: { type: 'ilql', cql: 0 }, twin: true }],
];

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
    ['ilql', { target: { type: 'ilql' }, returns: { type: 'one-step' } }],
    ['twin values', { target: { type: 'value' }, twin: true, returns: { type: 'lambda' } }],
    ['twin quantiles by priority', twinQuantiles, 'prioritised'],
    ['a plain head', { target: { type: 'dqn' }, head: { dueling: false } }],
  ])('goes on from a snapshot as if never stopped, to the bit: %s', async (_, agent, type = 'uniform') => {
    const options = learnerOptions(
      { targetNetwork: { type: 'hard', every: 3 }, ...small, ...agent },
      { replay: { capacity: 50, type } },
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

  it.each(kinds)('keeps the number of tensors, and frees all of them: %s', async (_, agent) => {
    const { tf } = backend;
    for (const space of [{}, twoActions]) {
      const before = tf.memory().numTensors;
      const learner = new LearnerCore(backend, learnerOptions({ ...small, ...agent }, {}, space));
      await learner.learn(randomWalks(10), 0);
      const { numTensors } = tf.memory();
      for (let i = 1; i < 4; i++) await learner.learn(randomWalks(10), i);
      learner.restore(await learner.snapshot());
      expect(tf.memory().numTensors).toBe(numTensors);
      learner.dispose();
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it('waits until enough transitions are there', async () => {
    const learner = new LearnerCore(
      backend,
      learnerOptions({ ...small, target: { type: 'dqn' }, learningStarts: 4 }),
    );
    const { head: initial } = await learner.snapshot();
    const waiting = await learner.learn([walk(0, [], () => 0, 10)], 0);
    expect(waiting).toMatchObject({ updates: 0, replaySize: 3 });
    for (const key of ['loss', 'valueLoss', 'gradNorm'] as const) expect(waiting[key]).toBeUndefined();
    expect({ ...waiting.head, 'input.mean': 0, 'input.scale': 0 }).toEqual({
      ...initial,
      'input.mean': 0,
      'input.scale': 0,
    });
    const report = await learner.learn([walk(2, [], () => 0, 10)], 1);
    expect(report).toMatchObject({ updates: 5, replaySize: 4 });
    expect(report.loss).toBeGreaterThan(0);
    learner.dispose();
  });

  it('makes updates without new trajectories, but not of nothing', async () => {
    const learner = new LearnerCore(backend, learnerOptions(small));
    await expect(learner.learn([], 0)).rejects.toThrow('nothing to learn from');
    await learner.learn([walk(0, [], () => 0, 10)], 0);
    expect(await learner.learn([], 1)).toMatchObject({ updates: 10, replaySize: 3 });
    learner.dispose();
  });

  it('evaluates the policy that acts, by default the one configured', async () => {
    const epsilon = { start: 1, end: 0.2, fraction: 1, draw: 'uniform' };
    const options = learnerOptions(
      {
        ...small,
        target: { type: 'expected' },
        returns: { type: 'one-step' },
        targetNetwork: { type: 'hard', every: 1 },
      },
      { policy: { type: 'epsilon-greedy', epsilon } },
    );
    const heads: HeadTensors[] = [];
    const at = (share: number) => ({ type: 'epsilon-greedy', epsilon: share, draw: 'uniform' }) as const;
    for (const step of [{ progress: 0.5 }, { policy: at(0.6) }, { policy: at(0) }]) {
      const learner = new LearnerCore(backend, options);
      await learner.learn(randomWalks(20), 0);
      heads.push((await learner.learn(randomWalks(20), 1, step)).head);
      learner.dispose();
    }
    expect(heads[1]).toEqual(heads[0]);
    expect(heads[2]).not.toEqual(heads[0]);
  });

  it('learns the same from states at half precision, where they are exact', async () => {
    const heads: HeadTensors[] = [];
    for (const states of ['float32', 'float16']) {
      const learner = new LearnerCore(backend, learnerOptions(small, { replay: { states } }));
      await learner.learn(randomWalks(20), 0);
      heads.push((await learner.learn([], 1)).head);
      learner.dispose();
    }
    expect(heads[1]).toEqual(heads[0]);
  });

  it('refuses settings that do not fit each other', () => {
    const options = learnerOptions({ target: { type: 'value' }, head: { dueling: false } });
    expect(() => new LearnerCore(backend, options)).toThrow(InputError);
    expect(() => new LearnerCore(backend, options)).toThrow('agent.head.dueling false');
  });

  it('clips the gradient of each net by its own norm', async () => {
    const [whole, clipped] = [1e6, 1e-3].map((gradClip) =>
      learnerOptions({ ...small, target: { type: 'dqn' }, updates: 1, gradClip }),
    );
    const norms = [];
    for (const options of [whole, clipped]) {
      const learner = new LearnerCore(backend, options);
      const { gradNorm = 0 } = await learner.learn(randomWalks(20), 0);
      const { optimizer } = await learner.snapshot();
      const means = Object.entries(optimizer).filter(([name]) => /^g\..*\.m$/.test(name));
      // Adam's first mean is a tenth of the clipped gradient.
      norms.push([gradNorm, 10 * Math.hypot(...means.flatMap(([, { data }]) => [...data]))]);
      learner.dispose();
    }
    expect(norms[0][1]).toBeCloseTo(norms[0][0], 4);
    expect(norms[1][0]).toBe(norms[0][0]);
    expect(norms[1][1]).toBeCloseTo(1e-3, 6);
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

  it('leaves states as they are where they are not to be standardised', async () => {
    const learner = new LearnerCore(backend, learnerOptions({ ...small, head: { standardise: false } }));
    const { head } = await learner.learn(randomWalks(10), 0);
    expect([...head['input.mean'].data]).toEqual([0, 0, 0, 0]);
    expect([...head['input.scale'].data]).toEqual([1, 1, 1, 1]);
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
