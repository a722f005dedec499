import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { createReplay, packReplay, type Trajectory, unpackReplay } from '../../src/replay/index.js';
import { replayConfig, someTrajectory } from './trajectories.js';

const packTrajectories = (episodes: readonly Trajectory[]) => packReplay({ episodes });
const unpackTrajectories = (bytes: Uint8Array) => unpackReplay(bytes).episodes;
const priorities = { first: 3, maximum: 0.1 + 0.2, weights: Float64Array.of(1 / 3, 5e-324, 1, 2, 1e300) };

describe('packReplay', () => {
  it('comes back exactly, to the bit', () => {
    const odd = someTrajectory(2, {
      rewards: Float32Array.of(Number.NaN, -0),
      kl: Float32Array.of(Number.NEGATIVE_INFINITY, 1e-45),
      terminated: false,
      start: 4,
      group: 7,
      iteration: 123456789,
      horizon: 32,
    });
    const taught = someTrajectory(3, { teacher: Float32Array.of(-0.1, -2.35, -1e-9, -20, -50, 0) });
    const trajectories = [someTrajectory(1), odd, taught, someTrajectory(5)];
    expect(unpackTrajectories(packTrajectories(trajectories))).toEqual(trajectories);
  });

  it('comes back from an odd place in memory', () => {
    const bytes = packTrajectories([someTrajectory(3)]);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    expect(unpackTrajectories(shifted)).toEqual([someTrajectory(3)]);
  });

  it('packs none', () => {
    expect(unpackTrajectories(packTrajectories([]))).toEqual([]);
  });

  it('keeps half-precision states as they are', () => {
    const replay = createReplay(replayConfig({ states: 'float16' }));
    replay.add([someTrajectory(3), someTrajectory(2, { terminated: false })]);
    const bytes = packReplay(replay.state);
    expect(unpackReplay(bytes)).toEqual(replay.state);
    const single = packTrajectories([someTrajectory(3), someTrajectory(2, { terminated: false })]);
    expect(single.length - bytes.length).toBe(2 * 6 * 2);
  });

  it('keeps the priorities, to the bit', () => {
    const state = { episodes: [someTrajectory(3), someTrajectory(2)], priorities };
    expect(unpackReplay(packReplay(state))).toEqual(state);
    expect(unpackReplay(packReplay({ episodes: [] }))).toEqual({ episodes: [] });
  });
});

describe('unpackReplay', () => {
  const episodes = [someTrajectory(3), someTrajectory(2)];
  const bytes = packReplay({ episodes, priorities });

  it('refuses bytes that are cut short anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(() => unpackTrajectories(bytes.subarray(0, length))).toThrow(InputError);
      }),
    );
  });

  it('refuses other files, other versions and more bytes than there should be', () => {
    expect(() => unpackTrajectories(Buffer.from('not a replay at all'))).toThrow('not a saved replay');
    const newer = bytes.slice();
    newer[4] = 9;
    expect(() => unpackTrajectories(newer)).toThrow('version 9, where 4 is known');
    newer[4] = 3;
    expect(() => unpackTrajectories(newer)).toThrow('version 3, where 4 is known');
    expect(() => unpackTrajectories(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow('left over');
  });

  it('refuses states of a precision that is not known', () => {
    const wrong = Buffer.from(bytes);
    wrong.write('float64', wrong.indexOf('float32'));
    expect(() => unpackReplay(wrong)).toThrow('unexpected fields');
  });

  it.each([
    ['float32', 'float16'],
    ['float16', 'float32'],
  ])('comes back as a replay of the same precision alone: %s', (made, other) => {
    const replay = createReplay(replayConfig({ states: made }));
    replay.add(episodes);
    const state = unpackReplay(packReplay(replay.state));
    expect(createReplay(replayConfig({ states: made }), state).state).toEqual(replay.state);
    expect(() => createReplay(replayConfig({ states: other }), state)).toThrow(
      new InputError(
        `a saved replay buffer has states in ${made}, not ${other}: set replay.states to ${made}`,
      ),
    );
  });

  it.each([
    ['a place that is no slot', { ...priorities, first: -1 }],
    ['a largest priority that is none', { ...priorities, maximum: Number.NaN }],
  ])('refuses %s', (_, wrong) => {
    expect(() => unpackReplay(packReplay({ episodes, priorities: wrong }))).toThrow('unexpected fields');
  });
});
