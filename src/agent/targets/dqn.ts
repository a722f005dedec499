import type { NextValues } from './bootstrap.js';

/** `max_a Q-(s', a)` (Mnih et al. 2015). */
export function dqnBootstrap({ target }: NextValues): number {
  return target.reduce((best, q) => Math.max(best, q));
}
