import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type RunConfig } from '../../src/config/index.js';
import type { StepMetrics } from '../../src/eval/index.js';
import { type TrainOptions, type TrainResult, train } from '../../src/train/index.js';
import { temporaryDirectory } from '../support/files.js';

/** A run that repeats bit for bit. @param settings each `a.b=value` */
export function syncConfig(configFile: string | undefined, ...settings: string[]): RunConfig {
  return loadConfig(configFile, ['train.mode=sync', 'agent.backend=wasm', ...settings]).config;
}

/** Trains in a directory that is removed when the test ends. */
export function trainHere(
  config: RunConfig,
  options: Omit<Partial<TrainOptions>, 'config'> = {},
): Promise<TrainResult> {
  return train({ config, out: join(temporaryDirectory(), 'run'), ...options });
}

/** The lines of a run's `metrics.jsonl`. */
export function metricsOf({ run }: Pick<TrainResult, 'run'>): StepMetrics[] {
  return metricsText(run)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** A run's `metrics.jsonl` as it is, but for times and speeds. */
export function timeless({ run }: Pick<TrainResult, 'run'>): string {
  return metricsText(run).replaceAll(/,"(seconds|stepsPerSecond|tokensPerSecond)":[^,}]+/g, '');
}

function metricsText(run: string): string {
  return readFileSync(join(run, 'metrics.jsonl'), 'utf8');
}

/** Settings of a run on text that takes a second or so. */
export const tinyText: readonly string[] = [
  ...[
    'env.maxNewTokens=6',
    'env.topK=16',
    'agent.head.hidden=[16]',
    'agent.valueUpdates=2',
    'agent.updates=4',
  ],
  ...['train.promptsPerStep=2', 'train.samplesPerPrompt=4', 'train.evalSamples=1'],
  ...['data.evalSize=4', 'data.calibrationSize=4', 'eval.samples=1', 'eval.bestOf=[2]'],
];
