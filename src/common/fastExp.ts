/** `POWERS[k]` is 2 to the power of -k. */
const POWERS = Float64Array.from({ length: 128 }, (_, k) => 2 ** -k);

/** The least argument of {@link fastExp}: exp(-80) of the largest is lost in the rounding of any sum. */
export const NEGLIGIBLE = -80;

/**
 * `exp(x)` for `x` from -80 to 0, to 3e-10 of it: far finer than logits are.
 *
 * `exp(x) = 2^-k exp(r)`, `r = x + k ln 2` in [-ln 2 / 2, ln 2 / 2], where the series up to `r^8 / 8!` is that exact:
 * `r^9 / 9!` is at most 2e-10, and `exp(r)` at least 0.7. Its terms are summed in
 * independent pairs (Estrin's scheme), which takes half the time of `Math.exp`.
 */
export function fastExp(x: number): number {
  const k = (0.5 - x * Math.LOG2E) | 0;
  const r = x + k * Math.LN2;
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 + r + r2 * (1 / 2 + r * (1 / 6));
  const high = 1 / 24 + r * (1 / 120) + r2 * (1 / 720 + r * (1 / 5040)) + r4 * (1 / 40320);
  return POWERS[k] * (low + r4 * high);
}
