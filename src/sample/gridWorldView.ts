import type { HeadRuntime } from '../agent/index.js';
import type { WorldRunConfig } from '../config/index.js';
import {
  type GridWorldModel,
  greedyActions,
  gridWorld,
  gridWorldModel,
  valueIteration,
  worldBatch,
} from '../env/index.js';

/** Actions whose Q is this near the best count as tied with it. */
const TIE = 0.01;

/** The part of a head that a look at its values needs. */
export type ValueSource = Pick<HeadRuntime, 'advantages' | 'values'>;

/** Row and column of a cell, from 0. */
export type Cell = [row: number, column: number];

/** A cell as the head values it, and as value iteration does. */
export interface CellView {
  cell: Cell;
  /** `v(s)` of the head. */
  value: number;
  /** `Q(s, a) = v(s) + A(s, a)`, in the order of the actions. */
  q: number[];
  /** The actions with the highest Q, with all that are within 0.01 of it. */
  greedy: string[];
  optimal: { q: number[]; greedy: string[] };
}

/** The Q table that a head has learned in a grid world, beside the exact one. */
export interface GridWorldView {
  environment: string;
  /** Cells on a side. */
  size: number;
  gamma: number;
  actions: readonly string[];
  /** Where episodes start; absent where that is any cell. */
  start?: Cell;
  goal: Cell;
  /** All cells but the goal, row by row. */
  cells: CellView[];
  /** Where the learned Q is furthest from value iteration's. */
  largestDifference: { difference: number; cell: Cell; action: string };
  /** Cells in which the action that the greedy policy takes is an optimal one. */
  optimalCells: number;
}

/** Whether a run is in a grid world. */
export function isGridWorld({ env }: WorldRunConfig): boolean {
  return env.type === 'gridworld';
}

/** Reads the Q table of a head in the grid world of a configuration, and computes the exact one by value iteration. */
export async function viewGridWorld(head: ValueSource, config: WorldRunConfig): Promise<GridWorldView> {
  const { env, agent } = config;
  const model = modelOf(env['size']);
  const { actions } = gridWorld();
  const { values, q } = await tableOf(head, model, actions);
  const exact = valueIteration(model, { gamma: agent.gamma }).map((row) => Array.from(row));
  const [best, optimal] = [greedyActions(q, TIE), greedyActions(exact)];
  const name = (action: number) => actions[action];
  const cells = q.flatMap((row, state): CellView[] => {
    if (model.isTerminal(state)) return [];
    return [
      {
        cell: cellOf(state, model),
        value: values[state],
        q: row,
        greedy: best[state].map(name),
        optimal: { q: exact[state], greedy: optimal[state].map(name) },
      },
    ];
  });
  return {
    environment: env.type,
    size: model.size,
    gamma: agent.gamma,
    actions,
    ...(env['start'] === 'random' ? {} : { start: cellOf(model.start, model) }),
    goal: cellOf(model.goal, model),
    cells,
    largestDifference: largestDifference(cells, actions),
    optimalCells: cells.filter((view) => view.optimal.greedy.includes(name(highest(view.q)))).length,
  };
}

function modelOf(size: unknown): GridWorldModel {
  return gridWorldModel(typeof size === 'number' ? { size } : {});
}

/** `v` `[states]` and Q `[states, actions]` of all cells. */
async function tableOf(head: ValueSource, { states }: GridWorldModel, actions: readonly string[]) {
  const observations = new Float32Array(states * states);
  for (let state = 0; state < states; state++) observations[state * states + state] = 1;
  const batch = worldBatch(observations, { actions, observationSize: states });
  const advantages = await head.advantages(batch);
  const values = await head.values(batch.states, batch.progress);
  const q = Array.from(values, (value, state) =>
    Array.from(actions, (_, action) => value + advantages[state * actions.length + action]),
  );
  return { values, q };
}

function largestDifference(
  cells: readonly CellView[],
  actions: readonly string[],
): GridWorldView['largestDifference'] {
  const all = cells.flatMap(({ cell, q, optimal }) =>
    q.map((value, a) => ({ difference: Math.abs(value - optimal.q[a]), cell, action: actions[a] })),
  );
  return all.reduce((most, one) => (one.difference > most.difference ? one : most));
}

function highest(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

function cellOf(state: number, { size }: GridWorldModel): Cell {
  return [Math.floor(state / size), state % size];
}
