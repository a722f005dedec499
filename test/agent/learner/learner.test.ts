import { afterEach, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/agent/compute/backend.js';
import { createLearner } from '../../../src/agent/index.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import type { Learner } from '../../../src/agent/types.js';
import { InputError } from '../../../src/common/index.js';
import type { Trajectory } from '../../../src/replay/index.js';
import { d, episodeOf, learnerOptions } from '../worlds.js';

// The thread runs the compiled file, so these tests need `npm run build`, which `npm test` does first.

const options = learnerOptions(
  { batchSize: 16, valueUpdates: 5, valueBatchSize: 16 },
  { replay: { capacity: 20 } },
);
const episode = episodeOf(
  [0, 1, 2].map((state) => ({ state, action: state % 2, reward: state / 2 })),
  2,
);

let learner: Learner | undefined;
afterEach(async () => {
  await learner?.close();
  learner = undefined;
});

describe('createLearner', () => {
  it('learns in its thread what the same code learns here, and goes on from a snapshot', async () => {
    learner = await createLearner(options);
    expect(learner.backend).toBe('wasm');
    const core = new LearnerCore(await loadBackend('wasm'), options);
    const report = await learner.learn([episode], 0);
    expect({ ...report, ms: 0 }).toEqual({ ...(await core.learn([episode], 0)), ms: 0 });
    const state = await learner.snapshot();
    expect(state).toEqual(await core.snapshot());
    const next = await learner.learn([episode], 1);
    await learner.restore(state);
    expect((await learner.learn([episode], 1)).head).toEqual(next.head);
    core.dispose();
  });

  it('loads the rows of trajectories that it is given, and of those in a snapshot', async () => {
    const asked: number[][] = [];
    const empty = new Float32Array(new SharedArrayBuffer(options.rows.data.byteLength));
    const load = async (actions: ArrayLike<number>) => {
      const wanted = Array.from(actions);
      asked.push(wanted);
      for (const action of wanted) {
        empty.set(options.rows.data.subarray(action * d, (action + 1) * d), action * d);
      }
    };
    learner = await createLearner(options);
    const known = await learner.learn([episode], 0);
    const state = await learner.snapshot();
    await learner.close();
    learner = await createLearner({ ...options, rows: { data: empty, load } });
    const report = await learner.learn([episode], 0);
    expect(asked).toEqual([[0, 1, 0, 1, 0, 1]]);
    expect(report.head).toEqual(known.head);
    await learner.restore(state);
    expect(asked[1]).toEqual([0, 1]);
  });

  it('multiplies the learning rates for one step', async () => {
    learner = await createLearner(options);
    const { head: before } = await learner.snapshot();
    const { head: still } = await learner.learn([episode], 0, { rate: 1e-9 });
    const { head: moved } = await learner.learn([episode], 1);
    for (const name of ['g.1.bias', 'v.1.bias']) {
      const change = (head: typeof before) =>
        Math.max(...head[name].data.map((x, i) => Math.abs(x - before[name].data[i])));
      expect(change(still)).toBeLessThan(1e-9);
      expect(change(moved)).toBeGreaterThan(1e-5);
    }
  });

  it('anneals the importance weights with the progress of the run', async () => {
    const prioritised = learnerOptions(
      { batchSize: 16, target: { type: 'dqn' } },
      { replay: { type: 'prioritised', capacity: 20, alpha: 1, betaStart: 0 } },
    );
    const heads = [];
    for (const progress of [0, 0.5, 0.5]) {
      learner = await createLearner(prioritised);
      heads.push((await learner.learn([episode], 0, { progress })).head);
      await learner.close();
    }
    expect(heads[1]).not.toEqual(heads[0]);
    expect(heads[2]).toEqual(heads[1]);
  });

  it('refuses a prioritised replay with the value target, which would not use it', async () => {
    const creation = createLearner(learnerOptions({}, { replay: { type: 'prioritised' } }));
    await expect(creation).rejects.toThrow(InputError);
    await expect(creation).rejects.toThrow(
      'replay.type prioritised has no effect with agent.target.type value',
    );
  });

  it('answers calls in order', async () => {
    learner = await createLearner(options);
    const reports = await Promise.all([0, 1, 2].map((i) => learner?.learn([episode], i)));
    expect(reports.map((report) => report?.updates)).toEqual([5, 10, 15]);
  });

  it('takes arrays that are views of a larger buffer', async () => {
    learner = await createLearner(options);
    const large = new Float32Array(1_000_000);
    large.set(episode.states, 1000);
    const view: Trajectory = { ...episode, states: large.subarray(1000, 1000 + episode.states.length) };
    const { head } = await learner.learn([view], 0);
    expect(head['input.mean'].data[0]).toBeCloseTo(1 / 3, 6);
  });

  it('rejects the call that met an error, and goes on', async () => {
    learner = await createLearner(options);
    const long = episodeOf(
      Array.from({ length: 21 }, () => ({ state: 0, action: 0, reward: 0 })),
      2,
    );
    await expect(learner.learn([long], 0)).rejects.toThrow(InputError);
    await expect(learner.learn([long], 0)).rejects.toThrow('replay.capacity 20');
    expect((await learner.learn([episode], 0)).replaySize).toBe(3);
  });

  it('rejects what waits when the thread ends, and what comes later', async () => {
    learner = await createLearner(options);
    const waiting = learner.learn([episode], 0);
    const ended = expect(waiting).rejects.toThrow("the learner's thread ended");
    await learner.close();
    await ended;
    await expect(learner.learn([episode], 1)).rejects.toThrow("the learner's thread ended");
  });

  it('says why it cannot start', async () => {
    const wrong = { ...options, initial: {} };
    await expect(createLearner(wrong)).rejects.toThrow(InputError);
    await expect(createLearner(wrong)).rejects.toThrow('input.mean should be [4] but is missing');
  });
});
