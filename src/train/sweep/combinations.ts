import { isDeepStrictEqual } from 'node:util';
import { InputError, randomStream } from '../../common/index.js';
import type { RandomRange, SweepOptions, Values } from './types.js';

/** What is swept, and from which seed random values are drawn. */
export type Space = Pick<SweepOptions, 'grid' | 'random' | 'draws'> & { seed: number };

/** Significant digits of a random number: enough to tell draws apart, and short to read. */
const DIGITS = 4;

/**
 * The configurations of a sweep: all combinations of the grid, the last key changing fastest, for each random draw.
 * A draw that came before, as few whole numbers give, is left out.
 * @throws InputError when a list, a range or the number of draws makes no sense.
 */
export function combinations({ grid = {}, random = {}, draws, seed }: Space): Values[] {
  checkGrid(grid);
  checkRandom(grid, random, draws);
  const combined = gridCombinations(grid);
  const drawn = Object.keys(random).length === 0 ? [{}] : randomDraws(random, draws ?? 0, seed);
  return drawn.flatMap((values) => combined.map((combination) => ({ ...values, ...combination })));
}

function gridCombinations(grid: NonNullable<SweepOptions['grid']>): Values[] {
  return Object.entries(grid).reduce<Values[]>(
    (before, [key, values]) =>
      before.flatMap((combination) => values.map((value) => ({ ...combination, [key]: value }))),
    [{}],
  );
}

function randomDraws(random: NonNullable<SweepOptions['random']>, draws: number, seed: number): Values[] {
  const all = Array.from({ length: draws }, (_, i): Values => {
    const drawn = Object.entries(random).map(([key, range]) => {
      // A stream for each key and draw: another key, or more draws, leave the rest as it is.
      return [key, drawFrom(range, randomStream(seed, `sweep ${key}`, i).next())];
    });
    return Object.fromEntries(drawn);
  });
  return all.filter((values, i) => !all.slice(0, i).some((earlier) => isDeepStrictEqual(earlier, values)));
}

/** The value at a share in [0, 1) of the way through a range. */
export function drawFrom({ low, high, log = false, integer = false }: RandomRange, share: number): number {
  // A whole number stands for the unit interval around it, so that the ends are as likely as the rest.
  const [from, to] = integer ? [low - 0.5, high + 0.5] : [low, high];
  const value = log ? from * (to / from) ** share : from + (to - from) * share;
  if (integer) return Math.min(high, Math.max(low, Math.round(value)));
  return Number(value.toPrecision(DIGITS));
}

function checkGrid(grid: NonNullable<SweepOptions['grid']>): void {
  for (const [key, values] of Object.entries(grid)) {
    if (values.length === 0) throw new InputError(`the grid has no values for '${key}'`);
    const twice = values.find((value, i) =>
      values.slice(0, i).some((other) => isDeepStrictEqual(other, value)),
    );
    if (twice !== undefined) throw new InputError(`the grid has ${JSON.stringify(twice)} twice for '${key}'`);
  }
}

function checkRandom(
  grid: NonNullable<SweepOptions['grid']>,
  random: NonNullable<SweepOptions['random']>,
  draws: number | undefined,
): void {
  const ranges = Object.entries(random);
  if (ranges.length > 0 && !(draws !== undefined && Number.isInteger(draws) && draws > 0)) {
    throw new InputError('random values need a number of draws: add --trials, such as --trials 10');
  }
  if (ranges.length === 0 && draws !== undefined) {
    throw new InputError('--trials counts random draws: add --random, or use --seeds for repetitions');
  }
  for (const [key, { low, high, log }] of ranges) {
    if (Object.hasOwn(grid, key)) throw new InputError(`'${key}' is in the grid and random: choose one`);
    if (!(low < high)) throw new InputError(`random '${key}': ${low} is not below ${high}`);
    if (log && low <= 0) {
      throw new InputError(`random '${key}': a log range begins above 0 (it begins at ${low})`);
    }
  }
}
