import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../common/index.js';
import { loadConfig, type RunConfig } from '../config/index.js';
import type { DeviceChoice } from '../lm/index.js';
import { keptOfReward } from './resumableReward.js';

/** What the command line says about a run's configuration. */
export interface TrainingRequest {
  configFile?: string | undefined;
  /** `a.b=value`, as in `--set`. */
  overrides: readonly string[];
  lm?: string;
  dtype?: string;
  device?: DeviceChoice;
  prompts?: string;
  reward?: string;
  steps?: number;
  seed?: number;
  /** The directory of a run to go on with: its configuration holds. */
  resume?: string;
}

/** Keys that may change when a run is resumed, besides `train.steps`, `train.watch` and `lm.device`: they do not touch what was learned. */
const RESUMABLE: readonly (keyof RunConfig)[] = ['klBudget', 'sample', 'eval', 'out'];

/** What {@link frozenPart} leaves out, in words. */
export const MAY_CHANGE = ['train.steps', 'train.watch', 'lm.device', ...RESUMABLE].join(', ');

/**
 * The configuration of a run: file, then `--set`, then the shorthand flags.
 * @throws InputError for a bad configuration, or when a resumed run would change under way.
 */
export function resolveTraining(request: TrainingRequest): RunConfig {
  const { configFile, overrides, resume } = request;
  const flags = flagsOf(request);
  if (resume === undefined) return loadConfig(configFile, overrides, flags).config;
  const file = configToResume(resume, 'config.yaml', configFile);
  const before = loadConfig(file, [], {}).config;
  const after = loadConfig(file, overrides, flags).config;
  const changed = changedKey(frozenPart(before), frozenPart(after));
  if (changed === undefined) return after;
  throw new InputError(
    `a resumed run keeps its '${changed}': only ${MAY_CHANGE} may change; ` +
      `to start from its head with other settings use --init ${resume}`,
  );
}

/** The flags as a configuration. */
export function flagsOf({ lm, dtype, device, prompts, reward, steps, seed }: TrainingRequest) {
  return {
    ...((lm ?? dtype ?? device) === undefined ? {} : { lm: { id: lm, dtype, device } }),
    ...(prompts === undefined ? {} : { data: { prompts } }),
    ...(reward === undefined ? {} : { reward }),
    ...(steps === undefined ? {} : { train: { steps } }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** The configuration file of a run to go on with. @throws InputError when there is none, or another one is named. */
export function configToResume(run: string, name: string, configFile: string | undefined): string {
  if (configFile !== undefined) {
    throw new InputError(`--resume goes on with the configuration of ${run}: leave out ${configFile}`);
  }
  const file = join(run, name);
  if (!existsSync(file)) throw new InputError(`${run} holds no run to resume (no ${name} there)`);
  return file;
}

/** The first key whose value differs. */
export function changedKey(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string | undefined {
  return Object.keys(before).find((key) => !isDeepStrictEqual(before[key], after[key]));
}

/** What of a configuration a resumed run keeps. */
export function frozenPart(config: RunConfig): Record<string, unknown> {
  const { steps: _, watch: __, ...train } = config.train;
  const { device: ___, ...lm } = config.lm;
  const kept = Object.entries({ ...config, train, lm, reward: keptOfReward(config.reward) });
  return Object.fromEntries(kept.filter(([key]) => !RESUMABLE.some((free) => free === key)));
}

/** `runs/NAME`, or `runs/NAME-2`, ... when that is taken. */
export function defaultOut(configFile: string | undefined): string {
  const name = configFile === undefined ? 'run' : basename(configFile, extname(configFile));
  for (let i = 1; ; i++) {
    const path = join('runs', i === 1 ? name : `${name}-${i}`);
    if (!existsSync(path)) return path;
  }
}
