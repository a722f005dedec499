import type { EpsilonConfig } from '../../config/index.js';

/**
 * Epsilon at some point of a run: it falls from `start` to `end` over the first `fraction` of it and then stays. In a
 * straight line; by a constant factor (`exponential`); or in equal drops, the first one after `1 / drops` of the fall.
 * @param progress share of the run done, from 0 to 1
 */
export function epsilonAt({ start, end, fraction, schedule }: EpsilonConfig, progress: number): number {
  const share = fraction > 0 ? Math.min(1, progress / fraction) : 1;
  switch (schedule.type) {
    case 'linear':
      return start + share * (end - start);
    case 'exponential':
      return start * (end / start) ** share;
    case 'step':
      return start + (Math.floor(share * schedule.drops) / schedule.drops) * (end - start);
  }
}
