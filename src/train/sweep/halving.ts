import { InputError } from '../../common/index.js';
import type { HalvingOptions } from './types.js';

/** A configuration's standing at a rung. */
export interface Standing {
  number: number;
  /** Mean reward over the seeds; undefined when every trial failed. */
  mean: number | undefined;
}

/**
 * The steps at which successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943) compares configurations:
 * `minSteps * eta^i` below `steps`, then `steps`.
 *
 * By default the rungs are `steps / eta^i`, rounded up, with `i` from `floor(log_eta(configurations))` down to 0, so that
 * one configuration is left for the last.
 * @throws InputError when `eta` or `minSteps` makes no sense.
 */
export function rungsOf(steps: number, configurations: number, halving: HalvingOptions): number[] {
  const { eta = 2, minSteps } = halving;
  if (!Number.isInteger(eta) || eta < 2) {
    throw new InputError(`halving: eta is ${eta}; it is a whole number of at least 2`);
  }
  if (minSteps === undefined) return defaultRungs(steps, configurations, eta);
  if (!Number.isInteger(minSteps) || minSteps < 1 || minSteps >= steps) {
    throw new InputError(
      `halving: the first rung is at step ${minSteps}; it is a whole number from 1 to ${steps - 1}`,
    );
  }
  const rungs: number[] = [];
  for (let at = minSteps; at < steps; at *= eta) rungs.push(at);
  return [...rungs, steps];
}

function defaultRungs(steps: number, configurations: number, eta: number): number[] {
  const rungs = [steps];
  for (let left = Math.floor(configurations / eta), part = eta; left >= 1; left = Math.floor(left / eta)) {
    rungs.unshift(Math.ceil(steps / part));
    part *= eta;
  }
  return [...new Set(rungs)];
}

/** How many of so many configurations go on from a rung: the best 1/eta, rounded down, at least one. */
export function keptOf(configurations: number, eta = 2): number {
  return Math.max(1, Math.floor(configurations / eta));
}

/** The numbers of those that go on, in the order given. Ties go to the earlier; one without a reward is last. */
export function survivors(standings: readonly Standing[], eta = 2): number[] {
  const reward = ({ mean = Number.NEGATIVE_INFINITY }: Standing) => mean;
  const ranked = standings
    .filter(({ mean }) => mean !== undefined)
    .sort((a, b) => reward(b) - reward(a) || a.number - b.number);
  const kept = new Set(ranked.slice(0, keptOf(standings.length, eta)).map(({ number }) => number));
  return standings.map(({ number }) => number).filter((number) => kept.has(number));
}
