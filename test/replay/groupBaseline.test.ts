import { expect, it } from 'vitest';
import { groupBaseline } from '../../src/replay/index.js';
import { someTrajectory } from './trajectories.js';

it('is the mean of the other episodes of the group that are still running', () => {
  const episodes = [3, 2, 2, 1].map((length) => someTrajectory(length));
  const baselines = groupBaseline(episodes, [[1, 2, 3], [4, 5], [6, 7], [8]]);
  expect(baselines.map((baseline) => [...baseline])).toEqual([
    [(4 + 6 + 8) / 3, (5 + 7) / 2, 0],
    [(1 + 6 + 8) / 3, (2 + 7) / 2],
    [(1 + 4 + 8) / 3, (2 + 5) / 2],
    [(1 + 4 + 6) / 3],
  ]);
});

it('keeps groups and iterations apart', () => {
  const episodes = [
    someTrajectory(1, { group: 0, iteration: 0 }),
    someTrajectory(1, { group: 0, iteration: 1 }),
    someTrajectory(1, { group: 1, iteration: 0 }),
    someTrajectory(1, { group: 1, iteration: 0 }),
  ];
  const baselines = groupBaseline(episodes, [[1], [2], [3], [5]]);
  expect(baselines.map((baseline) => baseline[0])).toEqual([0, 0, 5, 3]);
});
