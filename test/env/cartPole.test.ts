import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cartPole, cartPoleStep, type Environment } from '../../src/env/index.js';

const state = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const fixture = z
  .object({
    episodes: z.array(
      z.object({
        start: state,
        steps: z.array(z.object({ action: z.number(), state, reward: z.number(), terminated: z.boolean() })),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../fixtures/cartpole/steps.json', import.meta.url), 'utf8')));

/** Plays until the end with a controller that keeps the pole up, or with one action. */
async function play(environment: Environment, seed: number, action?: number) {
  let observation = await environment.reset(seed);
  for (let steps = 1; ; steps++) {
    const chosen = action ?? (observation[2] + 0.5 * observation[3] > 0 ? 1 : 0);
    const result = await environment.step(chosen);
    expect(result.reward).toBe(1);
    if (result.terminated || result.truncated) return { steps, ...result };
    observation = result.observation;
  }
}

describe('cartPoleStep', () => {
  it("gives the states, rewards and ends of 200 steps of Gymnasium's CartPole-v1", () => {
    let compared = 0;
    for (const { start, steps } of fixture.episodes) {
      let here = start;
      for (const expected of steps) {
        const next = cartPoleStep(here, expected.action);
        // Only the last digit of a sine or cosine may differ from NumPy's.
        next.state.forEach((value, i) => {
          expect(Math.abs(value - expected.state[i])).toBeLessThan(1e-13);
        });
        expect(next.reward).toBe(expected.reward);
        expect(next.terminated).toBe(expected.terminated);
        here = [...next.state];
        compared++;
      }
    }
    expect(compared).toBe(200);
    expect(fixture.episodes.filter(({ steps }) => steps.at(-1)?.terminated)).toHaveLength(8);
  });
});

describe('cartPole', () => {
  it('starts each number within 0.05, by the seed', async () => {
    const environment = cartPole();
    const starts = await Promise.all(
      [1, 2, 1].map(async (seed) => [...Array.from(await environment.reset(seed))]),
    );
    expect(starts[0]).toEqual(starts[2]);
    expect(starts[0]).not.toEqual(starts[1]);
    for (const value of starts.flat()) expect(Math.abs(value)).toBeLessThanOrEqual(0.05);
    expect(new Set(starts[0]).size).toBe(4);
  });

  it('observes the state in single precision', async () => {
    const environment = cartPole();
    const [x, xDot, theta, thetaDot] = Array.from(await environment.reset(0));
    const { observation } = await environment.step(1);
    const { state } = cartPoleStep([x, xDot, theta, thetaDot], 1);
    Array.from(observation).forEach((value, i) => {
      expect(value).toBe(Math.fround(value));
      expect(value).toBeCloseTo(state[i], 6);
    });
  });

  it('is truncated after 500 steps, and not terminated', async () => {
    expect(await play(cartPole(), 3)).toMatchObject({ steps: 500, terminated: false, truncated: true });
    expect(await play(cartPole({ maxSteps: 7 }), 3)).toMatchObject({ steps: 7, truncated: true });
  });

  it('terminates when the pole falls', async () => {
    const { steps, terminated, truncated } = await play(cartPole(), 3, 1);
    expect(steps).toBeLessThan(15);
    expect([terminated, truncated]).toEqual([true, false]);
    // Gymnasium too reports both when the pole falls at the last step that the limit allows.
    expect(await play(cartPole({ maxSteps: steps }), 3, 1)).toMatchObject({
      terminated: true,
      truncated: true,
    });
  });

  it('refuses a step before and after an episode, and an unknown action', async () => {
    const environment = cartPole({ maxSteps: 1 });
    expect(() => environment.step(0)).toThrow("no episode of 'cartpole' is going on: reset it first");
    await environment.reset(0);
    for (const action of [2, -1, 0.5, Number.NaN]) {
      expect(() => environment.step(action)).toThrow(`'cartpole' has actions 0 to 1, not ${action}`);
    }
    expect(await environment.step(0)).toMatchObject({ truncated: true });
    expect(() => environment.step(0)).toThrow('reset it first');
    await environment.reset(1);
    expect(await environment.step(0)).toMatchObject({ reward: 1 });
  });
});
