import { describe, expect, it } from 'vitest';
import { isWorldRun, runConfig, type WorldRunConfig } from '../../src/config/index.js';
import { gridWorldModel, type StateBatch, valueIteration } from '../../src/env/index.js';
import { viewGridWorld } from '../../src/sample/index.js';

function configOf(env: object, gamma = 1): WorldRunConfig {
  const config = runConfig.parse({ env: { type: 'gridworld', ...env }, agent: { gamma } });
  if (!isWorldRun(config)) throw new Error('not a grid world');
  return config;
}

/** A head that gives the values and advantages of a table, `[states, 4]`, by where an observation has its 1. */
function headOf(table: readonly ArrayLike<number>[]) {
  const d = table.length;
  const stateOf = (states: Float32Array, row: number) => states.subarray(row * d, (row + 1) * d).indexOf(1);
  const means = table.map((q) => Array.from(q).reduce((a, b) => a + b, 0) / 4);
  return {
    advantages: async ({ rows, states }: StateBatch) =>
      Float32Array.from({ length: rows * 4 }, (_, i) => {
        const state = stateOf(states, Math.floor(i / 4));
        return table[state][i % 4] - means[state];
      }),
    values: async (states: Float32Array, progress: Float32Array) =>
      Float32Array.from(progress, (_, row) => means[stateOf(states, row)]),
  };
}

describe('viewGridWorld', () => {
  it('shows the exact Q of a head that has it, in every cell but the goal', async () => {
    const view = await viewGridWorld(headOf(valueIteration(gridWorldModel(), { gamma: 1 })), configOf({}));
    expect(view).toMatchObject({
      environment: 'gridworld',
      size: 3,
      gamma: 1,
      actions: ['up', 'down', 'left', 'right'],
      start: [1, 1],
      goal: [2, 2],
      optimalCells: 8,
    });
    expect(view.largestDifference.difference).toBeLessThan(1e-6);
    expect(view.cells.map(({ cell }) => cell.join())).toEqual([
      '0,0',
      '0,1',
      '0,2',
      '1,0',
      '1,1',
      '1,2',
      '2,0',
      '2,1',
    ]);
    // From the centre a step down or right costs 1 and leaves one free step; up or left is two further away.
    const [centre, above] = [view.cells[4], view.cells[2]];
    expect(centre.optimal).toEqual({ q: [-3, -1, -3, -1], greedy: ['down', 'right'] });
    expect(centre.q).toEqual([-3, -1, -3, -1]);
    expect(centre.value).toBe(-2);
    expect(centre.greedy).toEqual(['down', 'right']);
    expect(above.greedy).toEqual(['down']);
  });

  it('finds the largest difference, ties, and greedy actions that are not optimal', async () => {
    const table = valueIteration(gridWorldModel(), { gamma: 1 });
    // (0, 2): left looks best, though down is; (1, 1): right is a little worse than down, and counts as tied.
    table[2][2] = -0.5;
    table[4][3] = -1.004;
    const { cells, largestDifference, optimalCells } = await viewGridWorld(headOf(table), configOf({}));
    expect(largestDifference).toMatchObject({ cell: [0, 2], action: 'left' });
    expect(largestDifference.difference).toBeCloseTo(2.5, 5);
    expect(cells[2].greedy).toEqual(['left']);
    expect(cells[4].greedy).toEqual(['down', 'right']);
    expect(optimalCells).toBe(7);
  });

  it('follows the size, the start and gamma of the configuration', async () => {
    const zeros = Array.from({ length: 16 }, () => [0, 0, 0, 0]);
    const view = await viewGridWorld(headOf(zeros), configOf({ size: 4, start: 'random' }, 0.5));
    expect(view.cells).toHaveLength(15);
    expect(view).not.toHaveProperty('start');
    // From (0, 0) the goal is 6 steps away: five of -1, discounted, then 0; a bump adds one.
    const six = -(1 + 0.5 + 0.25 + 0.125 + 0.0625);
    expect(view.cells[0].optimal.q).toEqual([six - 1 / 32, six, six - 1 / 32, six]);
    expect(view.largestDifference.difference).toBeCloseTo(-six + 1 / 32, 12);
  });
});
