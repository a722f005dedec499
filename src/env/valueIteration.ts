import { InputError } from '../common/index.js';
import type { TabularModel } from './tabularModel.js';

export interface ValueIterationOptions {
  gamma: number;
  /** The iteration stops when no value changes by more; default 1e-12. */
  tolerance?: number;
}

export interface NStepOptions extends ValueIterationOptions {
  /** Rewards in a return before it bootstraps. */
  n: number;
  /** Probability of each action in each state, `[states, actions]`; rows of terminal states are not read. */
  behaviour: readonly ArrayLike<number>[];
}

const mostSweeps = 100_000;

/**
 * The optimal action values of a model, by iterating `Q(s,a) = r + gamma max_a' Q(s',a')` to convergence.
 * @returns `[states, actions]`; rows of terminal states are 0.
 * @throws InputError when it does not converge: with a gamma of 1, where an episode need not end.
 */
export function valueIteration(model: TabularModel, options: ValueIterationOptions): Float64Array[] {
  return iterate(options.tolerance, zeros(model), (q) => {
    return backup(model, options.gamma, q.map(highest));
  });
}

/**
 * What uncorrected n-step Q-learning converges to when it learns from a behaviour policy mu that stays the same: the
 * fixed point of `Q(s,a) = E_mu[r_0 + gamma r_1 + ... + gamma^(n-1) r_(n-1) + gamma^n max_a' Q(s_n,a')]`, shorter
 * where the episode terminates. The first action is `a`, the others are mu's, and nothing corrects for that; with n 1
 * it is `valueIteration`. Episodes that are truncated, whose last returns are shorter, are not modelled.
 * @returns `[states, actions]`; rows of terminal states are 0.
 * @throws InputError when it does not converge, on an n below 1 and on rows that are no probabilities.
 */
export function nStepFixedPoint(model: TabularModel, options: NStepOptions): Float64Array[] {
  const { gamma, n, behaviour, tolerance } = options;
  if (!Number.isInteger(n) || n < 1) throw new InputError(`an n-step return has at least 1 step, not ${n}`);
  checkBehaviour(model, behaviour);
  return iterate(tolerance, zeros(model), (q) => {
    let values = q.map(highest);
    for (let step = 1; step < n; step++) {
      values = backup(model, gamma, values).map((row, state) =>
        model.isTerminal(state) ? 0 : row.reduce((sum, value, a) => sum + behaviour[state][a] * value, 0),
      );
    }
    return backup(model, gamma, values);
  });
}

/**
 * The greedy actions of every state, with all that tie.
 * @param q `[states, actions]`.
 * @param tolerance Values this near the maximum tie with it; default 1e-9.
 */
export function greedyActions(q: readonly ArrayLike<number>[], tolerance = 1e-9): number[][] {
  return q.map((row) => {
    const values = Array.from(row);
    const best = Math.max(...values);
    return values.flatMap((value, action) => (best - value <= tolerance ? [action] : []));
  });
}

/** `r + gamma * values[next]` of every state and action; 0 in terminal states, and no value after the end. */
function backup(model: TabularModel, gamma: number, values: readonly number[]): Float64Array[] {
  return zeros(model).map((row, state) => {
    if (model.isTerminal(state)) return row;
    return row.map((_, action) => {
      const { next, reward, terminated } = model.transition(state, action);
      return terminated ? reward : reward + gamma * values[next];
    });
  });
}

function iterate(
  tolerance = 1e-12,
  start: Float64Array[],
  sweep: (q: Float64Array[]) => Float64Array[],
): Float64Array[] {
  let q = start;
  for (let i = 0; i < mostSweeps; i++) {
    const last = q;
    q = sweep(last);
    const settled = q.every((row, s) => row.every((value, a) => Math.abs(value - last[s][a]) <= tolerance));
    if (settled) return q;
  }
  throw new InputError(
    `no convergence in ${mostSweeps} sweeps: an episode may go on for ever, so lower gamma`,
  );
}

function checkBehaviour(model: TabularModel, behaviour: readonly ArrayLike<number>[]): void {
  for (let state = 0; state < model.states; state++) {
    if (model.isTerminal(state)) continue;
    const row = Array.from(behaviour[state] ?? []);
    const sum = row.reduce((total, probability) => total + probability, 0);
    const valid = row.length === model.actions && row.every((probability) => probability >= 0);
    // Probabilities may come in single precision.
    if (!valid || Math.abs(sum - 1) > 1e-5) {
      throw new InputError(
        `the behaviour policy in state ${state} is [${row.join(', ')}], not ${model.actions} probabilities`,
      );
    }
  }
}

function highest(row: Float64Array): number {
  return Math.max(...row);
}

function zeros(model: TabularModel): Float64Array[] {
  return Array.from({ length: model.states }, () => new Float64Array(model.actions));
}
