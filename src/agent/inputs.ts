import type { Transition } from '../replay/index.js';
import type { Standardisation } from './standardise.js';

/** A state in the replay: row `step` of an episode's states. */
export type StateRef = Transition;

/** Standardised states, the input of `g`; `[n, d]`. */
export function advantageInputs(states: readonly StateRef[], input: Standardisation): Float32Array {
  const d = input.mean.length;
  const x = new Float32Array(states.length * d);
  states.forEach((state, i) => {
    standardise(state, input, x, i * d);
  });
  return x;
}

/** Standardised states and how far the episode is, `t / T_max`: the input of `v`; `[n, d + 1]`. */
export function valueInputs(states: readonly StateRef[], input: Standardisation): Float32Array {
  const width = input.mean.length + 1;
  const x = new Float32Array(states.length * width);
  states.forEach((state, i) => {
    standardise(state, input, x, i * width);
    x[(i + 1) * width - 1] = state.step / state.trajectory.horizon;
  });
  return x;
}

function standardise(state: StateRef, input: Standardisation, into: Float32Array, at: number): void {
  const { mean, scale } = input;
  const d = mean.length;
  const { states } = state.trajectory;
  const from = state.step * d;
  for (let i = 0; i < d; i++) into[at + i] = (states[from + i] - mean[i]) * scale[i];
}
