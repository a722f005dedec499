import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { checkMemory, describeMemory, ReplayBuffer, replayMemory } from '../../src/replay/index.js';
import { replayConfig, someTrajectory } from './trajectories.js';

const shape = { stateSize: 2, candidates: 2, actionSize: 3 };

describe('replayMemory', () => {
  it('adds up a transition by hand', () => {
    const text = { stateSize: 576, candidates: 64, actionSize: 576 };
    // A state; ids, log-probabilities and probabilities of 64 candidates; action, reward and KL; a centred row.
    const uniform = replayMemory(replayConfig({ capacity: 4096 }), text);
    expect(uniform).toMatchObject({ transitions: 4096, perTransition: 2304 + 768 + 12 });
    expect(uniform.bytes).toBe(4096 * (2304 + 768 + 12 + 2304));
    const half = replayMemory(replayConfig({ capacity: 4096, states: 'float16' }), text);
    expect(half.bytes).toBe(4096 * (1152 + 768 + 12 + 2304));
    // 5,000 priorities are the leaves of a tree of 2 x 8,192 nodes.
    const prioritised = replayMemory(replayConfig({ type: 'prioritised', capacity: 5000 }), text);
    expect(prioritised.perTransition).toBe(2304 + 768 + 12 + 16);
    expect(prioritised.bytes).toBe(5000 * (2304 + 768 + 12 + 2304) + 16_384 * 8);
  });

  it('adds what a teacher says, from which there are no centred rows', () => {
    const text = { stateSize: 576, candidates: 64, actionSize: 576, taught: true };
    const taught = replayMemory(replayConfig({ capacity: 4096 }), text);
    expect(taught).toMatchObject({ perTransition: 2304 + 1024 + 12, bytes: 4096 * (2304 + 1024 + 12) });
    const config = replayConfig({ capacity: 24 });
    const replay = new ReplayBuffer(config);
    for (let i = 0; i < 30; i++) replay.add([someTrajectory(1, { teacher: new Float32Array(2) })]);
    expect(replay.bytes).toBe(24 * replayMemory(config, { ...shape, taught: true }).perTransition);
  });

  const types = ['uniform', 'prioritised'];
  const precisions = ['float32', 'float16'];
  const limits = [{ capacity: 24 }, { capacity: 999, memory: 2000 }];
  const configs = types.flatMap((type) =>
    precisions.flatMap((states) => limits.map((limit) => ({ type, states, ...limit }))),
  );

  it.each(configs)('is what a full replay stores: %j', (keys) => {
    const config = replayConfig(keys);
    const replay = new ReplayBuffer(config);
    for (let i = 0; i < 60; i++) replay.add([someTrajectory(1)]);
    const { transitions, perTransition } = replayMemory(config, shape);
    expect(replay.size).toBe(transitions);
    expect(replay.bytes).toBe(transitions * perTransition);
  });

  it.each(configs)('counts one more state for each piece of an episode: %j', (keys) => {
    const config = replayConfig(keys);
    const replay = new ReplayBuffer(config);
    for (let i = 0; i < 60; i++) replay.add([someTrajectory(4, { terminated: false })]);
    const { transitions, perTransition } = replayMemory(config, { ...shape, cutOffAfter: 4 });
    expect(replay.size).toBe(transitions - (transitions % 4));
    expect(replay.bytes).toBe(replay.size * perTransition);
  });

  it('counts what JavaScript takes for each piece', () => {
    const config = replayConfig({ capacity: 100 });
    const { perTransition, bytes } = replayMemory(config, { ...shape, cutOffAfter: 2 });
    expect(bytes).toBe(100 * (perTransition + 4 * 3) + 50 * 4096);
  });
});

describe('describeMemory', () => {
  it('says how much will be stored in a line', () => {
    const estimate = replayMemory(replayConfig({ capacity: 10_000 }), {
      stateSize: 4,
      candidates: 2,
      actionSize: 2,
    });
    expect(describeMemory(estimate)).toBe('replay: up to 10,000 transitions, 600 kB');
  });
});

describe('checkMemory', () => {
  const text = { stateSize: 576, candidates: 64, actionSize: 0 };
  const estimate = (keys: object) => replayMemory(replayConfig({ capacity: 1e6, ...keys }), text);

  it('lets pass what fits', () => {
    expect(() => checkMemory(estimate({}), 3.084e9)).not.toThrow();
    expect(() => checkMemory(estimate({ capacity: 10 }))).not.toThrow();
  });

  it('refuses what does not, and says how to mend it', () => {
    expect(() => checkMemory(estimate({}), 2e9)).toThrow(
      new InputError(
        'a full replay of 1,000,000 transitions takes 3.1 GB, but 2.0 GB of memory are free: ' +
          'lower replay.capacity, set replay.memory, or set replay.states to float16',
      ),
    );
    expect(() => checkMemory(estimate({ memory: '3GB', states: 'float16' }), 1.9e9)).toThrow(
      'takes 1.9 GB, but 1.9 GB of memory are free: lower replay.capacity, or lower replay.memory',
    );
  });

  it('knows what this machine has left', () => {
    expect(() => checkMemory(estimate({ capacity: 1e12 }))).toThrow(
      /takes \d+ GB, but [\d.]+ [GM]B of memory are free/,
    );
  });
});
