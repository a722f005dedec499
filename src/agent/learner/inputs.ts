import type { Standardisation } from '../../common/index.js';
import { readState, type Transition } from '../../replay/index.js';

/** A state in the replay: row `step` of an episode's states. */
export type StateRef = Transition;

/**
 * What a net reads of states: the standardised states and, where its input is one wider than they are, how far the
 * episode is, `t / T_max`.
 * @returns `[n, width]`
 */
export function stateInputs(
  states: readonly StateRef[],
  input: Standardisation,
  width: number,
): Float32Array {
  const d = input.mean.length;
  const x = new Float32Array(states.length * width);
  states.forEach((state, i) => {
    standardise(state, input, x, i * width);
    if (width > d) x[(i + 1) * width - 1] = progressOf(state);
  });
  return x;
}

/** Steps of the episode before a state, over the most allowed. */
function progressOf({ trajectory, step }: StateRef): number {
  return (trajectory.start + step) / trajectory.horizon;
}

function standardise(state: StateRef, input: Standardisation, into: Float32Array, at: number): void {
  const { mean, scale } = input;
  const d = mean.length;
  readState(state.trajectory, state.step, d, into, at);
  for (let i = 0; i < d; i++) into[at + i] = (into[at + i] - mean[i]) * scale[i];
}
