import { stringify } from 'yaml';
import { checkAgent } from '../../agent/index.js';
import { InputError } from '../../common/index.js';
import type { RunConfig } from '../../config/index.js';
import { resolveTraining } from '../resolve.js';
import { checkWatch } from '../watchRun.js';
import { combinations } from './combinations.js';
import { rungsOf } from './halving.js';
import type { SweepOptions, Values } from './types.js';

/** One combination of the swept values. */
export interface Configuration {
  /** From 1. */
  number: number;
  values: Values;
  /** Complete and valid, with the first seed. */
  config: RunConfig;
}

/** One configuration with one seed. */
export interface Trial {
  /** Of its run directory: `002-seed7`. */
  name: string;
  configuration: Configuration;
  seed: number;
}

/** What a sweep is, all of it: the same definition gives the same trials. Kept in `sweep.json`. */
export interface Definition {
  /** The configuration beneath the swept values. */
  config: Omit<RunConfig, 'out'>;
  grid: NonNullable<SweepOptions['grid']>;
  random: NonNullable<SweepOptions['random']>;
  draws?: number;
  seeds: number;
  halving?: { eta: number; rungs: readonly number[] };
}

export interface Plan {
  definition: Definition;
  configurations: readonly Configuration[];
  trials: readonly Trial[];
}

/** Keys with a meaning of their own in a sweep. */
const NOT_SWEPT: Readonly<Record<string, string>> = {
  seed: '--seeds repeats every configuration with seeds of its own',
  out: 'each trial has a directory of its own below --out',
};

/**
 * Everything that a sweep will do. Every combination is checked here, before any trial starts.
 * @throws InputError for a bad combination, naming it.
 */
export function planSweep(options: SweepOptions): Plan {
  const { grid = {}, random = {}, draws, seeds = 1, halving } = options;
  checkKeys(options);
  if (!Number.isInteger(seeds) || seeds < 1)
    throw new InputError(`a sweep has at least 1 seed, not ${seeds}`);
  const { out: _, ...config } = resolve(options, {});
  const space = { grid, random, ...(draws === undefined ? {} : { draws }) };
  const configurations = combinations({ ...space, seed: config.seed }).map((values, i) => ({
    number: i + 1,
    values,
    config: resolve(options, values),
  }));
  checkDifferent(configurations);
  const { steps } = config.train;
  const { eta = 2 } = halving ?? {};
  return {
    definition: {
      config,
      ...space,
      seeds,
      ...(halving ? { halving: { eta, rungs: rungsOf(steps, configurations.length, halving) } } : {}),
    },
    configurations,
    trials: configurations.flatMap((configuration) => trialsOf(configuration, config.seed, seeds)),
  };
}

function trialsOf(configuration: Configuration, first: number, seeds: number): Trial[] {
  const number = String(configuration.number).padStart(3, '0');
  return Array.from({ length: seeds }, (_, i) => {
    return { name: `${number}-seed${first + i}`, configuration, seed: first + i };
  });
}

function checkKeys({ grid = {}, random = {}, steps, halving }: SweepOptions): void {
  const keys = [...Object.keys(grid), ...Object.keys(random)];
  if (keys.length === 0)
    throw new InputError('nothing to sweep: add --grid KEY=V1,V2 or --random KEY=LOW..HIGH');
  for (const key of keys) {
    if (NOT_SWEPT[key] !== undefined) throw new InputError(`'${key}' cannot be swept: ${NOT_SWEPT[key]}`);
  }
  if (!keys.includes('train.steps')) return;
  if (steps !== undefined) throw new InputError("'train.steps' is swept: leave out --steps");
  if (halving)
    throw new InputError("'train.steps' cannot be swept with halving, which chooses the steps itself");
}

/** The configuration of one combination. */
function resolve({ configFile, overrides = [], steps, seed }: SweepOptions, values: Values): RunConfig {
  const entries = Object.entries(values);
  const swept = entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  try {
    const config = resolveTraining({
      configFile,
      overrides: [...overrides, ...swept],
      ...(steps === undefined ? {} : { steps }),
      ...(seed === undefined ? {} : { seed }),
    });
    checkAgent(config);
    checkWatch(config);
    return config;
  } catch (error) {
    if (entries.length === 0 || !(error instanceof InputError)) throw error;
    throw new InputError(`with ${describeValues(values)}: ${error.message}`);
  }
}

/** Combinations that come to the same would be run for nothing. */
function checkDifferent(configurations: readonly Configuration[]): void {
  const seen = new Map<string, Configuration>();
  for (const configuration of configurations) {
    const key = JSON.stringify(configuration.config);
    const same = seen.get(key);
    if (same) {
      const both = [same, configuration].map(({ values }) => `'${describeValues(values)}'`).join(' and ');
      throw new InputError(`${both} give the same configuration: see what overrides them, such as a --set`);
    }
    seen.set(key, configuration);
  }
}

/** `agent.lr=0.001, agent.target.type=soft` */
export function describeValues(values: Values): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${showValue(value)}`)
    .join(', ');
}

/** A value as one would type it. */
export function showValue(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd();
}
