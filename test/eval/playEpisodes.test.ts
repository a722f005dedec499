import { describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import { type Actor, VectorEnvironment, worldSeed } from '../../src/env/index.js';
import { evaluateWorld, playEpisodes } from '../../src/eval/index.js';
import { corridor, corridors } from '../env/corridor.js';

/** Takes one action with certainty, and counts the states that it is asked about. */
function always(action: number): Actor & { states: number } {
  return {
    states: 0,
    probabilities({ rows, k }) {
      this.states += rows;
      return Float32Array.from({ length: rows * k }, (_, i) => (i % k === action ? 1 : 0));
    },
  };
}

const even: Actor = { probabilities: ({ rows, k }) => new Float32Array(rows * k).fill(1 / k) };
const [back, on] = [0, 1];
const make = (copies: number) => VectorEnvironment.make(corridors(), copies);
/** Steps from where an episode begins to the end of the corridor. */
const stepsToEnd = (seed: number, episode: number) => 3 - (worldSeed(seed, 'eval', episode) % 3);

describe('playEpisodes', () => {
  it.each([1, 2, 5, 8])('plays 5 episodes with %i copies, by hand', async (copies) => {
    const lengths = Array.from({ length: 5 }, (_, episode) => stepsToEnd(7, episode));
    expect(new Set(lengths).size).toBeGreaterThan(1);
    const counts: number[] = [];
    const actor = always(on);
    const episodes = await playEpisodes(await make(copies), actor, {
      episodes: 5,
      seed: 7,
      onSteps: (count) => counts.push(count),
    });
    expect(episodes).toEqual(lengths.map((length) => ({ return: 1, length })));
    const total = lengths.reduce((a, b) => a + b);
    // No step is taken for an episode that is not counted.
    expect([actor.states, counts.reduce((a, b) => a + b)]).toEqual([total, total]);
    expect(counts[0]).toBe(Math.min(copies, 5));
  });

  it('sums rewards up to a truncation', async () => {
    const observation = [0];
    let steps = 0;
    const maker = {
      name: 'counter',
      make: () =>
        corridor({
          observationShape: [1],
          reset: () => {
            steps = 0;
            return observation;
          },
          step: (action) => {
            steps++;
            return { observation, reward: action - 0.5, terminated: false, truncated: steps === 4 };
          },
        }),
    };
    const env = await VectorEnvironment.make(maker, 1);
    expect(await playEpisodes(env, always(on), { episodes: 2, seed: 0 })).toEqual([
      { return: 2, length: 4 },
      { return: 2, length: 4 },
    ]);
    expect((await playEpisodes(env, always(back), { episodes: 1, seed: 0 }))[0].return).toBe(-2);
  });

  it('plays the same episodes whatever the copies, and others for another seed and purpose', async () => {
    const play = async (copies: number, changes: object = {}) =>
      playEpisodes(await make(copies), even, { episodes: 12, seed: 1, ...changes });
    const one = await play(1);
    expect(new Set(one.map(({ length }) => length)).size).toBeGreaterThan(2);
    expect(await play(5)).toEqual(one);
    expect(await play(20)).toEqual(one);
    // The first episodes of more.
    expect((await play(3, { episodes: 20 })).slice(0, 12)).toEqual(one);
    expect(await play(5, { seed: 2 })).not.toEqual(one);
    expect(await play(5, { purpose: 'other' })).not.toEqual(one);
  });

  it('begins the same episodes for two policies', async () => {
    const begun: number[][] = [];
    for (const action of [0.4, 0.9]) {
      const seeds: number[] = [];
      const inner = corridor();
      const reset = (seed: number) => {
        seeds.push(seed);
        return inner.reset(seed);
      };
      const maker = { name: 'corridor', make: () => corridor({ reset, step: (a) => inner.step(a) }) };
      const actor: Actor = {
        probabilities: ({ rows }) =>
          Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 1 - action : action)),
      };
      await playEpisodes(await VectorEnvironment.make(maker, 1), actor, { episodes: 6, seed: 3 });
      begun.push(seeds);
    }
    expect(begun[0]).toEqual(Array.from({ length: 6 }, (_, episode) => worldSeed(3, 'eval', episode)));
    expect(begun[1]).toEqual(begun[0]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const options = { episodes: 100, seed: 0, signal: controller.signal };
    let counts = 0;
    const onSteps = () => {
      if (++counts === 3) controller.abort();
    };
    await expect(playEpisodes(await make(2), always(back), { ...options, onSteps })).rejects.toThrow(
      Interrupted,
    );
    expect(counts).toBe(3);
  });

  it('refuses an environment that never ends', async () => {
    const observation = [0, 0];
    const step = () => ({ observation, reward: 0, terminated: false, truncated: false });
    const env = await VectorEnvironment.make(corridors({ reset: () => observation, step }), 1);
    const play = playEpisodes(env, always(on), { episodes: 1, seed: 0 });
    await expect(play).rejects.toThrow(InputError);
    await expect(play).rejects.toThrow(/goes on after 1,000,000 steps: let the environment truncate it/);
  });
});

describe('evaluateWorld', () => {
  it('compares two policies on the same episodes', async () => {
    const env = await make(4);
    const result = await evaluateWorld(env, { random: even, trained: always(on) }, { episodes: 9, seed: 5 });
    const lengths = Array.from({ length: 9 }, (_, episode) => stepsToEnd(5, episode));
    const total = lengths.reduce((a, b) => a + b);
    expect(result.trained).toEqual({ return: { mean: 1, low: 1, high: 1 }, length: total / 9 });
    expect(result.random.length).toBeGreaterThan(total / 9);
    expect(result.episodes).toBe(9);
    expect(result.steps).toBeCloseTo(9 * (result.random.length + result.trained.length), 9);
  });
});
