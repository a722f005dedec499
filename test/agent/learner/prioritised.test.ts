import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import { InputError } from '../../../src/common/index.js';
import { unpackReplay } from '../../../src/replay/index.js';
import { best, errorOf, jointly, randomWalks, soft, valueIteration } from '../chain.js';
import { advantagesOf, episodeOf, learnerOptions, stateValueOf } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

const oneStep = { returns: { type: 'one-step' } };
const replay = { type: 'prioritised' };

describe('learning from a prioritised replay', () => {
  it.each([
    ['dqn', { target: { type: 'dqn' } }, best],
    ['double', { target: { type: 'double' }, loss: { type: 'huber', delta: 0.5 } }, best],
    ['soft', { target: { type: 'soft', beta: 2 } }, soft],
  ])('converges to value iteration: %s', async (_, agent, backup) => {
    const options = learnerOptions({ ...jointly, ...oneStep, ...agent }, { replay });
    const learner = new LearnerCore(backend, options);
    const walks = randomWalks(100);
    let report = await learner.learn(walks, 0);
    for (let i = 1; i < 6; i++) report = await learner.learn([walks[0]], i, { progress: i / 6 });
    expect(errorOf(report.head, options, valueIteration(backup))).toBeLessThan(0.05);
    learner.dispose();
  });

  const small = { ...oneStep, target: { type: 'double' }, batchSize: 16, updates: 5 };

  it('goes on from a snapshot as if never stopped, to the bit', async () => {
    const options = learnerOptions(
      { ...small, targetNetwork: { type: 'hard', every: 3 } },
      { replay: { ...replay, capacity: 50 } },
    );
    const walks = randomWalks(60);
    const whole = new LearnerCore(backend, options);
    for (let i = 0; i < 3; i++) await whole.learn(walks.slice(15 * i, 15 * i + 15), i, { progress: i / 4 });
    const state = await whole.snapshot();
    const expected = await whole.learn(walks.slice(45), 3, { progress: 3 / 4 });

    const resumed = new LearnerCore(backend, options);
    await resumed.learn(walks.slice(20), 7);
    resumed.restore(state);
    const actual = await resumed.learn(walks.slice(45), 3, { progress: 3 / 4 });
    expect({ ...actual, ms: 0 }).toEqual({ ...expected, ms: 0 });
    expect(await resumed.snapshot()).toEqual(await whole.snapshot());
    // The ring had gone round, so the state says where it begins.
    expect(unpackReplay(state.replay).priorities?.first).toBeGreaterThan(0);
    whole.dispose();
    resumed.dispose();
  });

  it('gives the transitions of a minibatch the priority |TD error| + epsilon', async () => {
    const options = learnerOptions(
      { ...small, updates: 1 },
      { replay: { ...replay, alpha: 1, epsilon: 0.25, capacity: 5 } },
    );
    const learner = new LearnerCore(backend, options);
    const { head: initial } = await learner.snapshot();
    const steps = [
      { state: 0, action: 1, reward: 2 },
      { state: 3, action: 0, reward: -1 },
    ];
    const { head } = await learner.learn(
      steps.map((step) => episodeOf([step], 2)),
      0,
    );
    const before = { ...initial, 'input.mean': head['input.mean'], 'input.scale': head['input.scale'] };
    const expected = steps.map(({ state, action, reward }) => {
      const q = stateValueOf(before, options, state) + advantagesOf(before, options, state, 2)[action];
      return expect.closeTo(Math.abs(q - reward) + 0.25, 5);
    });
    const { priorities } = unpackReplay((await learner.snapshot()).replay);
    expect([...(priorities?.weights ?? [])]).toEqual(expected);
    learner.dispose();
  });

  it('draws other minibatches than a uniform one, and makes the TD errors priorities', async () => {
    const walks = randomWalks(20);
    const heads = [];
    for (const type of ['uniform', 'prioritised', 'prioritised']) {
      const learner = new LearnerCore(backend, learnerOptions(small, { replay: { type } }));
      heads.push((await learner.learn(walks, 0)).head);
      const { priorities } = unpackReplay((await learner.snapshot()).replay);
      expect(new Set(priorities?.weights).size > 1).toBe(type === 'prioritised');
      learner.dispose();
    }
    expect(heads[1]).not.toEqual(heads[0]);
    expect(heads[2]).toEqual(heads[1]);
  });

  it('corrects the more, the further the run is', async () => {
    const losses: number[] = [];
    for (const progress of [0, 0.5, 1]) {
      const learner = new LearnerCore(
        backend,
        learnerOptions(small, { replay: { ...replay, betaStart: 0 } }),
      );
      await learner.learn(randomWalks(20), 0);
      losses.push((await learner.learn(randomWalks(20), 1, { progress })).loss ?? Number.NaN);
      learner.dispose();
    }
    // The weights that scale the larger errors down fall as the exponent rises.
    expect(losses[1]).toBeLessThan(losses[0]);
    expect(losses[2]).toBeLessThan(losses[1]);
  });

  it('corrects nothing where alpha is 0, since it then draws uniformly', async () => {
    const [a, b] = [0, 1].map((betaStart) =>
      learnerOptions(small, { replay: { ...replay, alpha: 0, betaStart } }),
    );
    const [first, second] = [new LearnerCore(backend, a), new LearnerCore(backend, b)];
    const { head } = await first.learn(randomWalks(20), 0);
    expect((await second.learn(randomWalks(20), 0)).head).toEqual(head);
    first.dispose();
    second.dispose();
  });

  it('keeps the number of tensors, and frees all of them', async () => {
    const { tf } = backend;
    const before = tf.memory().numTensors;
    const learner = new LearnerCore(backend, learnerOptions(small, { replay }));
    await learner.learn(randomWalks(10), 0);
    const { numTensors } = tf.memory();
    for (let i = 1; i < 4; i++) await learner.learn(randomWalks(10), i);
    expect(tf.memory().numTensors).toBe(numTensors);
    learner.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is refused with the value target, which would not use it', () => {
    const options = learnerOptions({}, { replay });
    expect(() => new LearnerCore(backend, options)).toThrow(InputError);
    expect(() => new LearnerCore(backend, options)).toThrow(
      'agent.target.type to dqn, double, soft or expected',
    );
  });
});
