import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError, randomStream } from '../../src/common/index.js';
import { createReplay, Priorities } from '../../src/replay/index.js';
import { replayConfig, STEP_BYTES, someTrajectory } from './trajectories.js';

/** Priorities `|error| + epsilon` of as many transitions as errors. */
function prioritiesOf(errors: number[], options = { alpha: 1, epsilon: 0.5 }, capacity = errors.length) {
  const priorities = new Priorities(capacity, options);
  priorities.append(errors.length);
  priorities.update(Int32Array.from(errors.keys()), errors);
  return priorities;
}

const all = (priorities: Priorities, count: number) =>
  Array.from({ length: count }, (_, i) => priorities.probability(i));

describe('Priorities', () => {
  it('draws in proportion to (|TD error| + epsilon)^alpha', () => {
    expect(all(prioritiesOf([0.5, -1.5, 4.5]), 3)).toEqual([1 / 8, 2 / 8, 5 / 8]);
    const root = all(prioritiesOf([0.5, -3.5], { alpha: 0.5, epsilon: 0.5 }), 2);
    expect(root).toEqual([1 / 3, 2 / 3]);
    expect(all(prioritiesOf([1, 2, 3, 4], { alpha: 0, epsilon: 0.5 }), 4)).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it('weighs by (N P)^-beta over the largest of the batch, by hand', () => {
    const priorities = prioritiesOf([0.5, 1.5, 4.5]);
    // N P = 3/8, 6/8, 15/8.
    const weights = (indices: number[], beta: number) => [
      ...priorities.importanceWeights(Int32Array.from(indices), beta),
    ];
    expect(weights([0, 1, 2], 1)).toEqual([1, 1 / 2, Math.fround(1 / 5)]);
    expect(weights([2, 1, 1], 1)).toEqual([Math.fround(2 / 5), 1, 1]);
    expect(weights([0, 1, 2], 0.5)).toEqual([1, expect.closeTo(2 ** -0.5, 6), expect.closeTo(5 ** -0.5, 6)]);
    expect(weights([0, 1, 2], 0)).toEqual([1, 1, 1]);
  });

  it('gives new transitions the largest priority so far', () => {
    const priorities = prioritiesOf([0.5, 2.5], undefined, 4);
    priorities.append(1);
    expect(all(priorities, 3)).toEqual([1 / 7, 3 / 7, 3 / 7]);
    priorities.update(Int32Array.of(1, 2), [0.5, 0.5]);
    priorities.append(1);
    expect(all(priorities, 4)).toEqual([1 / 6, 1 / 6, 1 / 6, 3 / 6]);
  });

  it('draws with the frequencies of the probabilities, the same for the same stream', () => {
    const priorities = prioritiesOf([0, 0.5, 1.5, 3.5, 1.5]);
    const counts = new Array<number>(5).fill(0);
    const random = randomStream(1, 'test');
    for (let i = 0; i < 2000; i++) for (const index of priorities.sample(8, random)) counts[index]++;
    // Weights 0.5, 1, 2, 4, 2.
    [0.5, 1, 2, 4, 2].forEach((weight, i) => {
      expect(Math.abs(counts[i] / 16_000 - weight / 9.5)).toBeLessThan(0.01);
    });
    const once = priorities.sample(50, randomStream(2, 'test'));
    expect(priorities.sample(50, randomStream(2, 'test'))).toEqual(once);
    expect(priorities.sample(50, randomStream(3, 'test'))).not.toEqual(once);
  });

  it('draws one from each equal part of the sum', () => {
    const priorities = prioritiesOf([0.5, 0.5, 0.5, 0.5]);
    for (let seed = 0; seed < 20; seed++) {
      expect([...priorities.sample(4, randomStream(seed, 'test'))]).toEqual([0, 1, 2, 3]);
      expect([...priorities.sample(8, randomStream(seed, 'test'))]).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    }
  });

  it('refuses errors that are not finite', () => {
    expect(() => prioritiesOf([1, Number.NaN])).toThrow(InputError);
    expect(() => prioritiesOf([Number.POSITIVE_INFINITY])).toThrow('lower agent.lr');
  });
});

/** A replay with the priorities of a list, the plainest way. */
class PlainReplay {
  lengths: number[] = [];
  priorities: number[] = [];
  maximum = 1;

  constructor(readonly capacity: number) {}

  add(length: number): void {
    this.lengths.push(length);
    this.priorities.push(...new Array<number>(length).fill(this.maximum));
    while (this.priorities.length > this.capacity) this.priorities.splice(0, this.lengths.shift());
  }

  update(index: number, priority: number): void {
    this.priorities[index] = priority;
    this.maximum = Math.max(this.maximum, priority);
  }

  probability(index: number, alpha: number): number {
    const sum = this.priorities.reduce((total, priority) => total + priority ** alpha, 0);
    return this.priorities[index] ** alpha / sum;
  }
}

const config = replayConfig({ type: 'prioritised', capacity: 10, epsilon: 0.01 });

describe('a prioritised replay', () => {
  const batches = fc.array(
    fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      errors: fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { maxLength: 6 }),
      at: fc.nat(),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it.each([
    [10, {}],
    [7, { memory: 7 * (STEP_BYTES + 16) }],
  ])(
    'has the probabilities and importance weights of a plain list of %d, as episodes come and go',
    (most, limit) => {
      fc.assert(
        fc.property(batches, fc.double({ min: 0, max: 1, noNaN: true }), (rounds, beta) => {
          const replay = createReplay({ ...config, ...limit });
          const plain = new PlainReplay(most);
          for (const { lengths, errors, at } of rounds) {
            replay.add(lengths.map((length) => someTrajectory(length)));
            for (const length of lengths) plain.add(length);
            const indices = Int32Array.from(errors, (_, i) => (at + i) % replay.size);
            replay.priorities?.update(indices, errors);
            indices.forEach((index, i) => {
              plain.update(index, Math.abs(errors[i]) + 0.01);
            });
            expect(plain.priorities.length).toBe(replay.size);
            const every = Int32Array.from({ length: replay.size }, (_, i) => i);
            const expected = Array.from(every, (i) => plain.probability(i, 0.6));
            const raw = expected.map((p) => (replay.size * p) ** -beta);
            const weights = replay.priorities?.importanceWeights(every, beta) ?? [];
            every.forEach((i) => {
              expect(replay.priorities?.probability(i)).toBeCloseTo(expected[i], 9);
              expect(weights[i]).toBeCloseTo(raw[i] / Math.max(...raw), 5);
            });
          }
        }),
      );
    },
  );

  it('forgets the priorities of the episodes that leave, and draws none of them', () => {
    const replay = createReplay(config);
    replay.add([someTrajectory(4), someTrajectory(4)]);
    replay.priorities?.update(Int32Array.of(0, 1, 2, 3), [1e9, 1e9, 1e9, 1e9]);
    replay.priorities?.update(Int32Array.of(4, 5, 6, 7), [0.99, 0.99, 0.99, 0.99]);
    expect(replay.priorities?.probability(4)).toBeLessThan(1e-4);
    replay.add([someTrajectory(3)]);
    replay.priorities?.update(Int32Array.of(4, 5, 6), [0.99, 0.99, 0.99]);
    expect(replay.size).toBe(7);
    for (let i = 0; i < 7; i++) expect(replay.priorities?.probability(i)).toBeCloseTo(1 / 7, 12);
    const drawn = replay.priorities?.sample(700, randomStream(1, 'test')) ?? [];
    for (let i = 0; i < 7; i++) expect(drawn.filter((index) => index === i).length).toBeCloseTo(100, -1);
  });

  it('goes on from its state, drawing the same transitions', () => {
    const replay = createReplay(config);
    for (const length of [4, 3, 5, 2]) {
      replay.add([someTrajectory(length)]);
      replay.priorities?.update(Int32Array.of(0, 1, length - 1), [length, 1 / length, 0.3]);
    }
    const resumed = createReplay(config, replay.state);
    for (let i = 0; i < 4; i++) {
      expect(resumed.state).toEqual(replay.state);
      const [a, b] = [replay, resumed].map((r) => r.priorities?.sample(64, randomStream(i, 'test')));
      expect(b).toEqual(a);
      for (const r of [replay, resumed]) {
        r.add([someTrajectory(3)]);
        r.priorities?.update(Int32Array.of(i, 5), [i, 1 / 3]);
      }
    }
  });

  it('refuses the state of another replay', () => {
    const replay = createReplay(config);
    replay.add([someTrajectory(4), someTrajectory(4)]);
    const { state } = replay;
    const uniform = replayConfig({ capacity: 10 });
    expect(() => createReplay(uniform, state)).toThrow('is prioritised, not uniform');
    expect(() => createReplay(config, { episodes: state.episodes })).toThrow('is uniform, not prioritised');
    expect(() => createReplay({ ...config, capacity: 7 }, state)).toThrow(
      'another replay.capacity or replay.memory',
    );
    expect(() => createReplay({ ...config, memory: 7 * (STEP_BYTES + 16) }, state)).toThrow(
      'or replay.memory',
    );
    const damaged = { first: 0, maximum: 1, weights: new Float64Array(8) };
    expect(() => createReplay(config, { ...state, priorities: damaged })).toThrow('a damaged saved replay');
    expect(createReplay(uniform).priorities).toBeUndefined();
    expect(createReplay(uniform, { episodes: state.episodes }).size).toBe(8);
  });
});
