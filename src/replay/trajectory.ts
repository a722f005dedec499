import { InputError } from '../common/index.js';
import { stateArray } from './states.js';
import type { Trajectory } from './types.js';

/** The sizes that a trajectory's arrays imply. */
export interface TrajectoryShape {
  /** Rows of `states`, `candidates` and `reference`: `T`, or `T + 1` when truncated. */
  rows: number;
  /** Size of a state, `d`. */
  d: number;
  /** Candidates a step, `k`. */
  k: number;
}

/** Sizes of a trajectory, read off its arrays. */
export function shapeOf(trajectory: Trajectory): TrajectoryShape {
  const rows = trajectory.length + (trajectory.terminated ? 0 : 1);
  const { states, candidates } = trajectory;
  return { rows, d: stateArray(states).length / rows, k: candidates.length / rows };
}

/**
 * Checks that a trajectory's arrays fit each other.
 * @throws InputError naming the array that does not.
 */
export function checkTrajectory(trajectory: Trajectory): void {
  const { length } = trajectory;
  if (!Number.isInteger(length) || length < 1) throw new InputError(`a trajectory of ${length} steps`);
  const { rows, d, k } = shapeOf(trajectory);
  expect('states', Number.isInteger(d) && d > 0);
  expect('candidates', Number.isInteger(k) && k > 0);
  expect('reference', trajectory.reference.length === rows * k);
  expect('behaviour', trajectory.behaviour.length === length * k);
  expect('rewards', trajectory.rewards.length === length);
  expect('kl', trajectory.kl.length === length);
  expect('teacher', trajectory.teacher === undefined || trajectory.teacher.length === length * k);
  expect('taken', trajectory.taken.length === length && trajectory.taken.every((i) => i >= 0 && i < k));
  expect('horizon', trajectory.horizon > 0);
  expect('start', Number.isInteger(trajectory.start) && trajectory.start >= 0);

  function expect(array: string, right: boolean): void {
    if (!right) throw new InputError(`a trajectory's "${array}" does not fit its ${length} steps`);
  }
}
