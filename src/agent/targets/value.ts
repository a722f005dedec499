import type { ReturnsConfig } from '../../config/index.js';
import { groupBaseline, returnsOf, type Trajectory } from '../../replay/index.js';

/** What the `value` target needs to know. */
export interface ValueTargetOptions {
  returns: ReturnsConfig;
  gamma: number;
  /** Cost of a nat of KL still to be paid. */
  tau: number;
}

/**
 * The return of every step with the KL still to be paid as a cost,
 * `y_t = r_t + gamma [(1 - lambda) V-(s_{t+1}) + lambda (y_{t+1} - tau KL(s_{t+1}))]` for a lambda-return. The KL at
 * `s_t` itself is left out: it is the same whatever action is taken there.
 * @param next `V-` of the state after each step, 0 after the end of a terminated episode; `[T]`
 * @returns `[T]`
 */
export function valueReturns(
  episode: Trajectory,
  next: ArrayLike<number>,
  { returns, gamma, tau }: ValueTargetOptions,
): Float64Array {
  const costs = Float64Array.from(episode.kl, (kl) => tau * kl);
  return returnsOf(returns, { rewards: episode.rewards, next, costs, gamma });
}

/** What `V(s_t)` is fitted to: the return less the KL paid at `s_t`, `y_t - tau KL(s_t)`; `[T]`. */
export function valueFits(episode: Trajectory, returns: ArrayLike<number>, tau: number): Float64Array {
  return Float64Array.from(episode.kl, (kl, t) => returns[t] - tau * kl);
}

/**
 * What `A(s_t, a_t)` is fitted to: `y_t - tau KL(s_t) - V(s_t)`, less the mean of that over the group's other
 * episodes. The KL at `s_t` is the same whatever action is taken, and `V` expects it.
 * @param fits what `V` is fitted to, `y - tau KL`, of each episode; `[T]` each
 * @param values `V` at each episode's states; at least `[T]` each
 * @returns `[T]` each
 */
export function advantageFits(
  episodes: readonly Trajectory[],
  fits: readonly ArrayLike<number>[],
  values: readonly ArrayLike<number>[],
  withGroupBaseline: boolean,
): Float64Array[] {
  const residuals = fits.map((fit, i) => Float64Array.from(fit, (value, t) => value - values[i][t]));
  if (!withGroupBaseline) return residuals;
  const baselines = groupBaseline(episodes, residuals);
  return residuals.map((residual, i) => residual.map((delta, t) => delta - baselines[i][t]));
}
