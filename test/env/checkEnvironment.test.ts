import { describe, expect, it } from 'vitest';
import { cartPole, checkEnv, type Environment, gridWorld } from '../../src/env/index.js';
import { corridor, corridors, untyped } from './corridor.js';

const maker = (name: string, make: () => Environment) => ({ name, make });

describe('checkEnv', () => {
  it('passes the environments here, and sums up their episodes', async () => {
    const grid = await checkEnv(maker('gridworld', () => gridWorld()));
    expect(grid).toMatchObject({ observationShape: [9], actions: ['up', 'down', 'left', 'right'] });
    // All rewards but the last are -1.
    expect(grid.meanReturn).toBeCloseTo(1 - (grid.meanLength ?? 0), 10);
    const pole = await checkEnv(
      maker('cartpole', () => cartPole()),
      { seed: 5, steps: 300 },
    );
    expect(pole.meanReturn).toBe(pole.meanLength);
    expect(pole.episodes).toBeGreaterThan(5);
    await checkEnv(maker('gridworld', () => gridWorld({ size: 5, start: 'random' })));
  });

  it('takes an environment or a maker', async () => {
    expect((await checkEnv(corridor())).episodes).toBeGreaterThan(5);
    expect((await checkEnv(corridors())).episodes).toBeGreaterThan(5);
  });

  it('counts exactly', async () => {
    let left = 0;
    const three = corridor({
      reset: () => {
        left = 3;
        return [0, 0];
      },
      step: () => ({ observation: [0, 0], reward: 2, terminated: false, truncated: --left === 0 }),
    });
    expect(await checkEnv(three, { steps: 10 })).toEqual({
      observationShape: [2],
      actions: ['back', 'on'],
      episodes: 3,
      meanLength: 3,
      meanReturn: 6,
    });
  });

  it('bears an environment that never ends', async () => {
    const endless = corridor({
      step: () => ({ observation: [0, 0], reward: 0, terminated: false, truncated: false }),
    });
    const summary = await checkEnv(endless, { steps: 50 });
    expect(summary).toMatchObject({ episodes: 0, meanLength: undefined, meanReturn: undefined });
  });

  it('takes every action, however few the steps', async () => {
    const seen = new Set<number>();
    const actions = Array.from({ length: 20 }, (_, i) => `action ${i}`);
    const wide = corridor({
      actions,
      step(action) {
        seen.add(action);
        return { observation: [0, 0], reward: 0, terminated: true, truncated: false };
      },
    });
    await checkEnv(wide, { steps: 1 });
    expect(seen.size).toBe(20);
    await expect(checkEnv(wide, { steps: 0 })).rejects.toThrow('steps must be at least 1, not 0');
  });

  it.each([
    ['it has no reset and step functions', { step: undefined }],
    ['observationShape is [2, 2], not', { observationShape: [2, 2] }],
    ["two actions are named 'on'", { actions: ['on', 'on'] }],
    ['the observation of reset', { reset: () => [0] }],
    [
      "'truncated' of step(0) is undefined",
      { step: () => ({ observation: [0, 0], reward: 0, terminated: true }) },
    ],
  ])('says that %s', async (problem, changes) => {
    await expect(checkEnv(untyped(changes))).rejects.toThrow(
      `the environment 'corridor' is wrong: ${problem}`,
    );
  });

  it('calls a lone environment custom', async () => {
    await expect(checkEnv(corridor({ observationShape: [] }))).rejects.toThrow(
      "the environment 'custom' is wrong",
    );
  });

  it('finds a start that ignores the seed', async () => {
    let episode = 0;
    await expect(checkEnv(corridor({ reset: () => [episode++, 0] }))).rejects.toThrow(
      /the same seed and actions, played twice, gave another episode: in call 1, reset\(\d+\), number 0 of the observation was 0, then \d/,
    );
  });

  it('finds rewards and ends that ignore the seed', async () => {
    let steps = 0;
    const reward = corridor({
      step: () => ({ observation: [0, 0], reward: steps++, terminated: false, truncated: false }),
    });
    await expect(checkEnv(reward, { steps: 9 })).rejects.toThrow(
      /in call 2, step\(0\), after reset\(\d+\), 'reward' was 0, then 9/,
    );
    const end = corridor({
      step: () => ({ observation: [0, 0], reward: 0, terminated: steps++ % 7 === 0, truncated: false }),
    });
    await expect(checkEnv(end, { steps: 9 })).rejects.toThrow("'terminated' was");
  });

  it('finds a state that outlives a reset', async () => {
    let steps = 0;
    const limited = corridor({
      step: () => ({ observation: [0, 0], reward: 0, terminated: false, truncated: ++steps % 4 === 0 }),
    });
    await expect(checkEnv(limited, { steps: 6 })).rejects.toThrow("'truncated' was");
  });

  it('finds a state that copies share', async () => {
    const shared = [0, 0];
    const tangled = maker('tangled', () =>
      corridor({
        reset(seed) {
          shared[0] = seed % 5;
          return shared;
        },
        step(action) {
          shared[0] += action;
          return { observation: shared, reward: 0, terminated: shared[0] > 4, truncated: false };
        },
      }),
    );
    await expect(checkEnv(tangled)).rejects.toThrow('played beside another copy, gave another episode');
    expect((await checkEnv({ ...tangled, mostCopies: 1 })).episodes).toBeGreaterThan(5);
  });
});
