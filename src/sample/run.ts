import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type HeadSpec, type HeadTensors, readHead } from '../agent/index.js';
import { InputError } from '../common/index.js';
import { isTextRun, loadConfig, type RunConfig, type TextRunConfig, validate } from '../config/index.js';

const policySchema = z.strictObject({
  /** The calibrated sampling beta. */
  beta: z.number(),
  /** Its exact KL per token on the calibration prompts, in nats. */
  kl: z.number(),
  /** The checkpoint that it was calibrated for. */
  step: z.number().int(),
});

/** What calibration found; the file `policy.json` of a run. */
export type SamplingPolicy = z.output<typeof policySchema>;

/** A run's result, ready to sample with. */
export interface TrainedRun {
  directory: string;
  config: RunConfig;
  tensors: HeadTensors;
  spec: HeadSpec;
  /** `sample.beta` of the configuration, else the calibrated one, else the training policy's. */
  beta: number;
}

/** A result on text. */
export type TrainedTextRun = TrainedRun & { config: TextRunConfig };

/** The run as one on text. @throws InputError when it is one in another environment. */
export function textRunOf(run: TrainedRun): TrainedTextRun {
  const { config, directory } = run;
  if (isTextRun(config)) return { ...run, config };
  throw new InputError(
    `${directory} is a run in the environment ${config.env.type}, which generates no text: look into it with ` +
      `'tokenq inspect ${directory}', or play it with 'tokenq eval ${directory}'`,
  );
}

/**
 * Opens a run's directory.
 * @param checkpoint `last`, `best` or a step's number; default `last`.
 * @throws InputError when there is no run or no such checkpoint.
 */
export function openRun(directory: string, checkpoint: string = 'last'): TrainedRun {
  const configFile = join(directory, 'config.yaml');
  if (!existsSync(configFile)) {
    throw new InputError(
      `${directory} holds no run (no config.yaml there): give the --out of a 'tokenq train'`,
    );
  }
  const { config } = loadConfig(configFile);
  const name = /^\d+$/.test(checkpoint) ? join('checkpoints', checkpoint.padStart(6, '0')) : checkpoint;
  const path = join(directory, name);
  if (!existsSync(path)) {
    throw new InputError(
      `${directory} has no checkpoint '${checkpoint}': it is 'last', 'best' or a step's number`,
    );
  }
  const { tensors, spec } = readHead(join(path, 'head.safetensors'));
  return { directory, config, tensors, spec, beta: samplingBeta(directory, config) };
}

function samplingBeta(directory: string, config: RunConfig): number {
  if (config.sample.beta !== undefined) return config.sample.beta;
  const calibrated = readSamplingPolicy(directory);
  if (calibrated) return calibrated.beta;
  // Not calibrated yet: the run was stopped before its end.
  return config.policy.type === 'guided' ? config.policy.beta : 1;
}

/** The run's calibrated policy, or undefined before the run's end. */
export function readSamplingPolicy(directory: string): SamplingPolicy | undefined {
  const path = join(directory, 'policy.json');
  if (!existsSync(path)) return undefined;
  return validate(policySchema, JSON.parse(readFileSync(path, 'utf8')), path);
}
