import { existsSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../common/index.js';
import { loadConfig, type RunConfig } from '../config/index.js';
import type { DeviceChoice } from '../lm/index.js';

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

/** Keys that may change when a run is resumed, besides `train.steps` and `lm.device`: they do not touch what was learned. */
const RESUMABLE: readonly (keyof RunConfig)[] = ['klBudget', 'sample', 'eval', 'out'];

/**
 * The configuration of a run: file, then `--set`, then the shorthand flags.
 * @throws InputError for a bad configuration, or when a resumed run would change under way.
 */
export function resolveTraining(request: TrainingRequest): RunConfig {
  const { configFile, overrides, lm, dtype, device, prompts, reward, steps, seed, resume } = request;
  const flags = {
    ...((lm ?? dtype ?? device) === undefined ? {} : { lm: { id: lm, dtype, device } }),
    ...(prompts === undefined ? {} : { data: { prompts } }),
    ...(reward === undefined ? {} : { reward }),
    ...(steps === undefined ? {} : { train: { steps } }),
    ...(seed === undefined ? {} : { seed }),
  };
  if (resume === undefined) return loadConfig(configFile, overrides, flags).config;
  if (configFile !== undefined) {
    throw new InputError(`--resume goes on with the configuration of ${resume}: leave out ${configFile}`);
  }
  const file = join(resume, 'config.yaml');
  if (!existsSync(file)) throw new InputError(`${resume} holds no run to resume (no config.yaml there)`);
  const before = loadConfig(file, [], {}).config;
  const after = loadConfig(file, overrides, flags).config;
  for (const [key, value] of Object.entries(frozenPart(before))) {
    if (!isDeepStrictEqual(value, Reflect.get(frozenPart(after), key))) {
      throw new InputError(
        `a resumed run keeps its '${key}': only train.steps, lm.device, ${RESUMABLE.join(', ')} may change; ` +
          `to start from its head with other settings use --init ${resume}`,
      );
    }
  }
  return after;
}

function frozenPart(config: RunConfig): Record<string, unknown> {
  const { steps: _, ...train } = config.train;
  const { device: __, ...lm } = config.lm;
  const kept = Object.entries({ ...config, train, lm });
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
