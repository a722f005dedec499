import { shapeOf, type Trajectory } from '../../replay/index.js';

/** The actions' rows as the head uses them: `e_a` is row `a` of `data` `[actions, d]` times `scale`. */
export interface ActionRows {
  data: Float32Array;
  d: number;
  scale: number;
}

/** What the advantage is centred by: its expectation under the policy that acted, its mean over the candidates, or 0. */
export type Centring = 'behaviour' | 'mean' | 'none';

/**
 * The centred row of each step, `c_t = e_a - sum_b w_b e_b` for the action `a` taken, where `w` are the behaviour's
 * probabilities, uniform, or 0: the centred advantage is then one dot product, `g(h) . c`. `w` takes no gradient.
 * @returns `[T, d]`
 */
export function centredRows(trajectory: Trajectory, rows: ActionRows, centring: Centring): Float32Array {
  const { length, candidates, taken, behaviour } = trajectory;
  const { k } = shapeOf(trajectory);
  const weights = new Float32Array(length * k);
  if (centring === 'mean') weights.fill(-1 / k);
  if (centring === 'behaviour') for (let i = 0; i < weights.length; i++) weights[i] = -behaviour[i];
  for (let t = 0; t < length; t++) weights[t * k + taken[t]] += 1;
  return weightedRows(weights, candidates, k, rows);
}

/**
 * The weighted sum of every state's candidate rows, `sum_b w_b e_b`.
 * @param weights `[n, k]`
 * @param candidates ids of the candidates; at least `[n, k]`
 * @returns `[n, d]`
 */
export function weightedRows(
  weights: Float32Array,
  candidates: Int32Array,
  k: number,
  rows: ActionRows,
): Float32Array {
  const { data, d, scale } = rows;
  const sums = new Float32Array((weights.length / k) * d);
  const sum = new Float64Array(d);
  for (let first = 0, at = 0; first < weights.length; first += k, at += d) {
    sum.fill(0);
    let j = first;
    for (; j + 3 < first + k; j += 4) addFourRows(sum, weights, j, data, candidates);
    for (; j < first + k; j++) addRow(sum, weights[j], data, candidates[j] * d);
    for (let i = 0; i < d; i++) sums[at + i] = scale * sum[i];
  }
  return sums;
}

/** Adds the weighted rows of four candidates, several times faster than one after the other. */
function addFourRows(
  sum: Float64Array,
  weights: Float32Array,
  first: number,
  data: Float32Array,
  candidates: Int32Array,
): void {
  const d = sum.length;
  const a0 = candidates[first] * d;
  const a1 = candidates[first + 1] * d;
  const a2 = candidates[first + 2] * d;
  const a3 = candidates[first + 3] * d;
  const w0 = weights[first];
  const w1 = weights[first + 1];
  const w2 = weights[first + 2];
  const w3 = weights[first + 3];
  for (let i = 0; i < d; i++) {
    sum[i] += w0 * data[a0 + i] + w1 * data[a1 + i] + (w2 * data[a2 + i] + w3 * data[a3 + i]);
  }
}

function addRow(sum: Float64Array, weight: number, data: Float32Array, at: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += weight * data[at + i];
}

/**
 * The advantage of every candidate, `g . e_a`, centred by its mean over the candidates where `centred` says so.
 * @param g `[n, d]`
 * @param candidates ids of the candidates; `[n, k]`
 * @returns `[n, k]`
 */
export function candidateAdvantages(
  g: Float32Array,
  candidates: Int32Array,
  k: number,
  rows: ActionRows,
  centred: boolean,
): Float32Array {
  const { data, d, scale } = rows;
  const advantages = new Float32Array(candidates.length);
  for (let first = 0, at = 0; first < candidates.length; first += k, at += d) {
    let j = first;
    for (; j + 3 < first + k; j += 4) fourProducts(g, at, data, d, candidates, j, advantages);
    for (; j < first + k; j++) advantages[j] = product(g, at, data, candidates[j] * d, d);
  }
  scaleAndCentre(advantages, k, scale, centred);
  return advantages;
}

/** Scales the products of every state's `k` candidates in place, and takes off their mean where `centred` says so. */
export function scaleAndCentre(products: Float32Array, k: number, scale: number, centred: boolean): void {
  for (let first = 0; first < products.length; first += k) {
    let sum = 0;
    for (let i = first; i < first + k; i++) sum += products[i];
    const mean = centred ? sum / k : 0;
    for (let i = first; i < first + k; i++) products[i] = scale * (products[i] - mean);
  }
}

/** The products of one vector with the rows of four candidates: twice as fast as one after the other. */
function fourProducts(
  g: Float32Array,
  at: number,
  data: Float32Array,
  d: number,
  candidates: Int32Array,
  first: number,
  into: Float32Array,
): void {
  const a0 = candidates[first] * d;
  const a1 = candidates[first + 1] * d;
  const a2 = candidates[first + 2] * d;
  const a3 = candidates[first + 3] * d;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let i = 0; i < d; i++) {
    const x = g[at + i];
    s0 += x * data[a0 + i];
    s1 += x * data[a1 + i];
    s2 += x * data[a2 + i];
    s3 += x * data[a3 + i];
  }
  into[first] = s0;
  into[first + 1] = s1;
  into[first + 2] = s2;
  into[first + 3] = s3;
}

function product(a: Float32Array, atA: number, b: Float32Array, atB: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[atA + i] * b[atB + i];
  return sum;
}
