import { z } from 'zod';
import { randomStream } from '../common/index.js';
import { validate } from '../config/index.js';
import type { Environment } from './environment.js';
import type { TabularModel } from './tabularModel.js';
import { TimeLimit } from './timeLimit.js';

export const gridWorldParameters = z.strictObject({
  /** Cells on a side. */
  size: z.number().int().min(3, 'below 3 the centre is the goal').default(3),
  /** An episode is truncated after so many steps. */
  maxSteps: z.number().int().positive().default(100),
  /** Episodes start at the centre, or at any cell but the goal (exploring starts). */
  start: z.enum(['centre', 'random']).default('centre'),
});
export type GridWorldParameters = z.input<typeof gridWorldParameters>;

const actions = ['up', 'down', 'left', 'right'] as const;
/** Row and column that each action adds. */
const moves = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

/** A grid world whose states are its cells, row by row: cell (row, column) is state `row * size + column`. */
export interface GridWorldModel extends TabularModel {
  readonly size: number;
  /** The state of the centre, (floor(size / 2), floor(size / 2)). */
  readonly start: number;
  /** The state of the last cell, (size - 1, size - 1). */
  readonly goal: number;
}

/**
 * The table of the grid world with these parameters, of which only the size matters: `up` is a row less, `right` a
 * column more, and a bump into the edge stays put; -1 for a step, 0 and the end on reaching the goal.
 */
export function gridWorldModel(parameters: GridWorldParameters = {}): GridWorldModel {
  const { size: side } = validateParameters(parameters);
  const goal = side * side - 1;
  const bounded = (position: number) => Math.min(side - 1, Math.max(0, position));
  const centre = Math.floor(side / 2);
  return {
    size: side,
    states: side * side,
    actions: actions.length,
    start: centre * side + centre,
    goal,
    isTerminal: (state) => state === goal,
    transition(state, action) {
      const [down, right] = moves[action];
      const row = bounded(Math.floor(state / side) + down);
      const next = row * side + bounded((state % side) + right);
      const terminated = next === goal;
      return { next, reward: terminated ? 0 : -1, terminated };
    },
  };
}

/**
 * The grid world of `gridWorldModel` as an environment. The observation has a 1 at the state and 0 elsewhere,
 * `[size * size]`.
 */
export function gridWorld(parameters: GridWorldParameters = {}): Environment {
  const { maxSteps, start } = validateParameters(parameters);
  const model = gridWorldModel(parameters);
  const limit = new TimeLimit('gridworld', actions.length, maxSteps);
  let state = model.start;
  const observe = () => {
    const observation = new Float32Array(model.states);
    observation[state] = 1;
    return observation;
  };
  return {
    observationShape: [model.states],
    actions,
    reset(seed) {
      limit.begin();
      // The goal is the last state, so the others are those below it.
      state = start === 'random' ? randomStream(seed, 'gridworld').int(model.goal) : model.start;
      return observe();
    },
    step(action) {
      limit.take(action);
      const { next, reward, terminated } = model.transition(state, action);
      state = next;
      return { observation: observe(), reward, ...limit.ends(terminated) };
    },
  };
}

function validateParameters(parameters: GridWorldParameters): z.output<typeof gridWorldParameters> {
  return validate(gridWorldParameters, parameters, "the 'gridworld' environment");
}
