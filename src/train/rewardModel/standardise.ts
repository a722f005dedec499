import type { NamedTensors } from '../../common/index.js';

/** A column's deviation counts as at least this share of the mean deviation, so that a constant one stays small. */
const SMALLEST_DEVIATION = 0.1;

/**
 * Standardises rows in place: every column gets the mean 0 and the deviation 1 over the rows of some completions.
 * @param rows of each completion, `[rows, inputs]`
 * @param over the numbers of the completions that are measured
 * @returns What was taken off and multiplied by, as a reward model's `input.mean` and `input.scale`.
 */
export function standardise(
  rows: readonly Float32Array[],
  inputs: number,
  over: ReadonlySet<number>,
): NamedTensors {
  const { mean, scale } = measure(
    rows.filter((_, completion) => over.has(completion)),
    inputs,
  );
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) row[i] = (row[i] - mean[i % inputs]) * scale[i % inputs];
  }
  return { 'input.mean': { shape: [inputs], data: mean }, 'input.scale': { shape: [inputs], data: scale } };
}

function measure(rows: readonly Float32Array[], inputs: number): { mean: Float32Array; scale: Float32Array } {
  const sums = new Float64Array(inputs);
  const squares = new Float64Array(inputs);
  const count = rows.reduce((sum, { length }) => sum + length, 0) / inputs;
  for (const row of rows) for (let i = 0; i < row.length; i++) sums[i % inputs] += row[i];
  const mean = Float32Array.from(sums, (sum) => sum / count);
  for (const row of rows) {
    for (let i = 0; i < row.length; i++) squares[i % inputs] += (row[i] - mean[i % inputs]) ** 2;
  }
  const deviations = squares.map((sum) => Math.sqrt(sum / count));
  const floor = (SMALLEST_DEVIATION * deviations.reduce((sum, s) => sum + s, 0)) / inputs;
  return { mean, scale: Float32Array.from(deviations, (s) => (floor > 0 ? 1 / Math.max(s, floor) : 1)) };
}
