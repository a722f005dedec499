import { float16Values } from '../common/index.js';
import type { ReplayConfig } from '../config/index.js';
import { toFloat16 } from './float16.js';
import type { States, Trajectory } from './types.js';

/** How states are kept, by the word of `replay.states`. */
export type Precision = ReplayConfig['states'];

/** How the states of a trajectory are kept. */
export function precisionOf({ states }: Trajectory): Precision {
  return 'bits' in states ? 'float16' : 'float32';
}

/** The array that states are kept in. */
export function stateArray(states: States): Float32Array | Uint16Array {
  return 'bits' in states ? states.bits : states;
}

/** A trajectory with its states at half precision; itself where they are already. */
export function halved(trajectory: Trajectory): Trajectory {
  const { states } = trajectory;
  return 'bits' in states ? trajectory : { ...trajectory, states: { bits: toFloat16(states) } };
}

/** Reads the state before step `step` of a trajectory, whatever its precision: `d` numbers, to `into` from `at` on. */
export function readState(
  { states }: Trajectory,
  step: number,
  d: number,
  into: Float32Array,
  at: number,
): void {
  const from = step * d;
  if ('bits' in states) {
    const values = float16Values();
    const { bits } = states;
    for (let i = 0; i < d; i++) into[at + i] = values[bits[from + i]];
  } else {
    for (let i = 0; i < d; i++) into[at + i] = states[from + i];
  }
}
