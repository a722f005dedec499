import { describe, expect, it } from 'vitest';
import { gridWorld, gridWorldModel } from '../../src/env/index.js';

const [up, down, left, right] = [0, 1, 2, 3];
const stateOf = (observation: ArrayLike<number>) => Array.from(observation).indexOf(1);

describe('gridWorldModel', () => {
  const model = gridWorldModel();
  const move = (row: number, column: number, action: number) => {
    const { next, ...rest } = model.transition(3 * row + column, action);
    return { to: [Math.floor(next / 3), next % 3], ...rest };
  };

  it('has nine cells, the start in the middle and the goal in the last', () => {
    expect([model.states, model.actions, model.start, model.goal]).toEqual([9, 4, 4, 8]);
    expect(Array.from({ length: 9 }, (_, s) => model.isTerminal(s)).indexOf(true)).toBe(8);
    expect(gridWorldModel({ size: 4 })).toMatchObject({ states: 16, start: 10, goal: 15 });
  });

  it('moves a cell for -1', () => {
    expect(move(1, 1, up)).toEqual({ to: [0, 1], reward: -1, terminated: false });
    expect(move(1, 1, down)).toEqual({ to: [2, 1], reward: -1, terminated: false });
    expect(move(1, 1, left)).toEqual({ to: [1, 0], reward: -1, terminated: false });
    expect(move(1, 1, right)).toEqual({ to: [1, 2], reward: -1, terminated: false });
  });

  it('stays put at an edge, for -1', () => {
    expect(move(0, 1, up)).toEqual({ to: [0, 1], reward: -1, terminated: false });
    expect(move(2, 0, down)).toEqual({ to: [2, 0], reward: -1, terminated: false });
    expect(move(1, 0, left)).toEqual({ to: [1, 0], reward: -1, terminated: false });
    expect(move(1, 2, right)).toEqual({ to: [1, 2], reward: -1, terminated: false });
  });

  it('ends for 0 on reaching the goal', () => {
    expect(move(1, 2, down)).toEqual({ to: [2, 2], reward: 0, terminated: true });
    expect(move(2, 1, right)).toEqual({ to: [2, 2], reward: 0, terminated: true });
  });
});

describe('gridWorld', () => {
  it('shows the cell as a one among zeros', async () => {
    const world = gridWorld();
    expect(world.observationShape).toEqual([9]);
    expect(world.actions).toEqual(['up', 'down', 'left', 'right']);
    expect(Array.from(await world.reset(0))).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0]);
    const { observation, ...rest } = await world.step(down);
    expect(Array.from(observation)).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 0]);
    expect(rest).toEqual({ reward: -1, terminated: false, truncated: false });
    expect(await world.step(right)).toMatchObject({ reward: 0, terminated: true, truncated: false });
  });

  it('follows its model from every cell', async () => {
    const model = gridWorldModel({ size: 4 });
    const world = gridWorld({ size: 4, start: 'random' });
    const visited = new Set<number>();
    for (let seed = 0; seed < 400; seed++) {
      const state = stateOf(await world.reset(seed));
      const expected = model.transition(state, seed % 4);
      const { observation, reward, terminated } = await world.step(seed % 4);
      expect({ next: stateOf(observation), reward, terminated }).toEqual(expected);
      visited.add(state);
    }
    expect([...visited].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, state) => state));
  });

  it('is truncated at the limit', async () => {
    const world = gridWorld();
    await world.reset(0);
    for (let step = 1; step < 100; step++) expect(await world.step(up)).toMatchObject({ truncated: false });
    expect(await world.step(up)).toMatchObject({ terminated: false, truncated: true });
    expect(() => world.step(up)).toThrow("no episode of 'gridworld' is going on: reset it first");
  });

  it('refuses a grid whose centre is the goal', () => {
    expect(() => gridWorld({ size: 2 })).toThrow(
      "the 'gridworld' environment: 'size': below 3 the centre is the goal (it is 2)",
    );
  });
});
