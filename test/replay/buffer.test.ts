import { describe, expect, it } from 'vitest';
import { InputError, randomStream } from '../../src/common/index.js';
import { ReplayBuffer, type Trajectory } from '../../src/replay/index.js';
import { replayConfig, STEP_BYTES, someTrajectory } from './trajectories.js';

describe('ReplayBuffer', () => {
  it('keeps the newest whole episodes that fit', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 10 }));
    const [a, b, c, d] = [4, 3, 3, 2].map((length) => someTrajectory(length));
    buffer.add([a, b, c]);
    expect(buffer.size).toBe(10);
    buffer.add([d]);
    expect(buffer.episodes).toEqual([b, c, d]);
    expect(buffer.size).toBe(8);
  });

  it('drops the oldest of a batch that is larger than the capacity', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 5 }));
    const [a, b, c] = [3, 3, 2].map((length) => someTrajectory(length));
    buffer.add([a, b, c]);
    expect(buffer.episodes).toEqual([b, c]);
  });

  it('numbers transitions from the oldest episode on', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 10 }));
    const [a, b] = [2, 3].map((length) => someTrajectory(length));
    buffer.add([a, b]);
    expect(buffer.at(0)).toEqual({ trajectory: a, step: 0 });
    expect(buffer.at(1).step).toBe(1);
    expect(buffer.at(2).trajectory).toBe(b);
    expect(buffer.at(2).step).toBe(0);
    expect(buffer.at(4).step).toBe(2);
  });

  it('samples every transition about equally often, the same ones for the same stream', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 10 }));
    buffer.add([someTrajectory(1), someTrajectory(4)]);
    const sample = buffer.sample(10_000, randomStream(1, 'test'));
    const counts = [0, 1, 2, 3, 4].map((index) => sample.filter((i) => i === index).length);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
    expect(buffer.sample(10_000, randomStream(1, 'test'))).toEqual(sample);
  });

  it('refuses an episode larger than its capacity, and keeps what it had', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 3 }));
    buffer.add([someTrajectory(2)]);
    expect(() => buffer.add([someTrajectory(1), someTrajectory(4)])).toThrow(InputError);
    expect(buffer.size).toBe(2);
  });

  it.each([
    ['states', { states: new Float32Array(3) }],
    ['candidates', { candidates: new Int32Array(3) }],
    ['reference', { reference: new Float32Array(3) }],
    ['behaviour', { behaviour: new Float32Array(5) }],
    ['rewards', { rewards: new Float32Array(1) }],
    ['kl', { kl: new Float32Array(3) }],
    ['taken', { taken: Int32Array.of(0, 2) }],
    ['horizon', { horizon: 0 }],
    ['start', { start: -1 }],
  ])('refuses a trajectory whose %s do not fit', (array, wrong) => {
    expect(() => new ReplayBuffer(replayConfig({ capacity: 9 })).add([someTrajectory(2, wrong)])).toThrow(
      `"${array}"`,
    );
  });

  it('refuses episodes of another size of state', () => {
    const buffer = new ReplayBuffer(replayConfig({ capacity: 9 }));
    buffer.add([someTrajectory(2)]);
    expect(() => buffer.add([someTrajectory(2, { states: new Float32Array(6) })])).toThrow(
      'states of size 3 and 2 candidates among those of 2 and 2',
    );
  });

  it('refuses states that are not finite', () => {
    const buffer = new ReplayBuffer(replayConfig({ states: 'float16' }));
    for (const wrong of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      const episode = someTrajectory(1, { states: Float32Array.of(1, wrong) });
      expect(() => buffer.add([episode])).toThrow('a state that is not finite');
    }
    expect(buffer.size).toBe(0);
  });
});

describe('ReplayBuffer with replay.memory', () => {
  it('keeps the newest whole episodes that fit', () => {
    const buffer = new ReplayBuffer(replayConfig({ memory: 10 * STEP_BYTES }));
    const [a, b, c, d] = [4, 3, 3, 2].map((length) => someTrajectory(length));
    buffer.add([a, b, c]);
    expect([buffer.size, buffer.bytes]).toEqual([10, 10 * STEP_BYTES]);
    buffer.add([d]);
    expect(buffer.episodes).toEqual([b, c, d]);
    expect([buffer.size, buffer.bytes]).toEqual([8, 8 * STEP_BYTES]);
  });

  it('keeps to both limits', () => {
    const full = (episode: Trajectory) => {
      const buffer = new ReplayBuffer(replayConfig({ capacity: 5, memory: 6 * STEP_BYTES }));
      for (let i = 0; i < 9; i++) buffer.add([episode]);
      return buffer.size;
    };
    expect(full(someTrajectory(1))).toBe(5);
    // One more state, with its candidates: 68 bytes of 264.
    expect(full(someTrajectory(1, { terminated: false }))).toBe(3);
  });

  it('holds more at half precision', () => {
    const sizes = ['float32', 'float16'].map((states) => {
      const buffer = new ReplayBuffer(replayConfig({ states, memory: 10 * STEP_BYTES }));
      for (let i = 0; i < 20; i++) buffer.add([someTrajectory(1)]);
      return buffer.size;
    });
    expect(sizes).toEqual([10, Math.floor((10 * STEP_BYTES) / (STEP_BYTES - 4))]);
  });

  it('refuses an episode that is larger, and keeps what it had', () => {
    const buffer = new ReplayBuffer(replayConfig({ memory: 1000 }));
    buffer.add([someTrajectory(2)]);
    const message = 'an episode of 1.1 kB does not fit replay.memory 1.0 kB: raise it';
    expect(() => buffer.add([someTrajectory(1), someTrajectory(24)])).toThrow(new InputError(message));
    expect([buffer.size, buffer.bytes]).toEqual([2, 2 * STEP_BYTES]);
  });
});
