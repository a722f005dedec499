import type { Trajectory } from './types.js';

/**
 * The group baseline of every step of every episode: the mean, over the group's *other* episodes still running at
 * that step, of their residuals there; 0 where there is none. Leave-one-out, so it does not bias the advantage
 * (Kool et al. 2019, "Buy 4 REINFORCE samples, get a baseline for free!").
 * @param residuals for each episode, its return less the value of the state; `[T]` each
 * @returns for each episode, `[T]`
 */
export function groupBaseline(
  episodes: readonly Trajectory[],
  residuals: readonly ArrayLike<number>[],
): Float64Array[] {
  const groups = new Map<string, GroupSums>();
  const sums = episodes.map((episode, i) => {
    const key = `${episode.iteration}/${episode.group}`;
    const group = groups.get(key) ?? { total: [], alive: [] };
    groups.set(key, group);
    for (let t = 0; t < episode.length; t++) {
      group.total[t] = (group.total[t] ?? 0) + residuals[i][t];
      group.alive[t] = (group.alive[t] ?? 0) + 1;
    }
    return group;
  });
  return episodes.map((episode, i) => {
    const { total, alive } = sums[i];
    return Float64Array.from({ length: episode.length }, (_, t) =>
      alive[t] > 1 ? (total[t] - residuals[i][t]) / (alive[t] - 1) : 0,
    );
  });
}

/** Of one group: the sum of the residuals at each step, and how many episodes reach it. */
interface GroupSums {
  total: number[];
  alive: number[];
}
