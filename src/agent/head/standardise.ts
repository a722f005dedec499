import type { Standardisation } from '../../common/index.js';
import { readState, shapeOf, type Trajectory } from '../../replay/index.js';
import type { HeadTensors } from '../types.js';

/** A dimension's deviation counts as at least this share of the mean deviation, so that a constant one stays small. */
const SMALLEST_DEVIATION = 0.1;

/** The standardisation stored with a head. */
export function standardisationOf(head: HeadTensors): Standardisation {
  return { mean: head['input.mean'].data, scale: head['input.scale'].data };
}

/** Whether a standardisation is still the identity that a new head starts with. */
export function isIdentity({ mean, scale }: Standardisation): boolean {
  return mean.every((m) => m === 0) && scale.every((s) => s === 1);
}

/** The mean and the inverse deviation of every dimension over the states of a batch; identity for a single state. */
export function measureStates(batch: readonly Trajectory[]): Standardisation {
  const { d } = shapeOf(batch[0]);
  const mean = new Float64Array(d);
  const squares = new Float64Array(d);
  let count = 0;
  for (const state of statesOf(batch, d)) {
    for (let i = 0; i < d; i++) mean[i] += state[i];
    count++;
  }
  for (let i = 0; i < d; i++) mean[i] /= count;
  for (const state of statesOf(batch, d)) {
    for (let i = 0; i < d; i++) squares[i] += (state[i] - mean[i]) ** 2;
  }
  const deviations = squares.map((sum) => Math.sqrt(sum / count));
  const floor = (SMALLEST_DEVIATION * deviations.reduce((sum, s) => sum + s, 0)) / d;
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(deviations, (s) => (floor > 0 ? 1 / Math.max(s, floor) : 1)),
  };
}

/** Every state of a batch in turn; `[d]`, valid until the next. */
function* statesOf(batch: readonly Trajectory[], d: number): Generator<Float32Array> {
  const state = new Float32Array(d);
  for (const trajectory of batch) {
    const { rows } = shapeOf(trajectory);
    for (let row = 0; row < rows; row++) {
      readState(trajectory, row, d, state, 0);
      yield state;
    }
  }
}
