import { describe, expect, it } from 'vitest';
import { InputError, randomStream } from '../../src/common/index.js';
import { ReplayBuffer } from '../../src/replay/index.js';
import { someTrajectory } from './trajectories.js';

describe('ReplayBuffer', () => {
  it('keeps the newest whole episodes that fit', () => {
    const buffer = new ReplayBuffer(10);
    const [a, b, c, d] = [4, 3, 3, 2].map((length) => someTrajectory(length));
    buffer.add([a, b, c]);
    expect(buffer.size).toBe(10);
    buffer.add([d]);
    expect(buffer.episodes).toEqual([b, c, d]);
    expect(buffer.size).toBe(8);
  });

  it('drops the oldest of a batch that is larger than the capacity', () => {
    const buffer = new ReplayBuffer(5);
    const [a, b, c] = [3, 3, 2].map((length) => someTrajectory(length));
    buffer.add([a, b, c]);
    expect(buffer.episodes).toEqual([b, c]);
  });

  it('numbers transitions from the oldest episode on', () => {
    const buffer = new ReplayBuffer(10);
    const [a, b] = [2, 3].map((length) => someTrajectory(length));
    buffer.add([a, b]);
    expect(buffer.at(0)).toEqual({ trajectory: a, step: 0 });
    expect(buffer.at(1).step).toBe(1);
    expect(buffer.at(2).trajectory).toBe(b);
    expect(buffer.at(2).step).toBe(0);
    expect(buffer.at(4).step).toBe(2);
  });

  it('samples every transition about equally often, the same ones for the same stream', () => {
    const buffer = new ReplayBuffer(10);
    buffer.add([someTrajectory(1), someTrajectory(4)]);
    const sample = buffer.sample(10_000, randomStream(1, 'test'));
    const counts = [0, 1, 2, 3, 4].map((index) => sample.filter((i) => i === index).length);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
    expect(buffer.sample(10_000, randomStream(1, 'test'))).toEqual(sample);
  });

  it('refuses an episode larger than its capacity, and keeps what it had', () => {
    const buffer = new ReplayBuffer(3);
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
  ])('refuses a trajectory whose %s do not fit', (array, wrong) => {
    expect(() => new ReplayBuffer(9).add([someTrajectory(2, wrong)])).toThrow(`"${array}"`);
  });

  it('refuses episodes of another size of state', () => {
    const buffer = new ReplayBuffer(9);
    buffer.add([someTrajectory(2)]);
    expect(() => buffer.add([someTrajectory(2, { states: new Float32Array(6) })])).toThrow(
      'states of size 3 and 2 candidates among those of 2 and 2',
    );
  });
});
