import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../common/index.js';
import { isTextRun, type RunConfig, type TextRunConfig, watch } from '../config/index.js';
import type { StepMetrics } from '../eval/index.js';
import type { TrainCallback } from './callbacks.js';
import { DiversityWatch } from './diversityWatch.js';
import { callbackOf } from './watchDiversity.js';

/**
 * Refuses settings of `train.watch` where nothing is watched.
 * @throws InputError saying why.
 */
export function checkWatch(config: RunConfig): void {
  const reason = whyUnwatched(config);
  if (reason === undefined || isDeepStrictEqual(config.train.watch, watch.parse({}))) return;
  throw new InputError(`train.watch looks at the text that a run generates, and ${reason}: leave it out`);
}

/** Whether a run is watched for reward hacking. */
export function isWatched(config: RunConfig): config is TextRunConfig {
  return whyUnwatched(config) === undefined && config.train.watch.action !== 'off';
}

/**
 * The watch of a run as its configuration has it.
 * @param earlier the steps before, of a resumed run
 */
export function watchRun(
  config: TextRunConfig,
  earlier: readonly StepMetrics[],
  warn: (message: string) => void,
): TrainCallback {
  const { action, ...limits } = config.train.watch;
  const watching = new DiversityWatch(limits);
  for (const metrics of earlier) watching.see(metrics);
  return callbackOf(watching, action === 'stop', warn);
}

/** The last warning that a run's steps gave cause for. */
export function watchWarning(config: RunConfig, steps: readonly StepMetrics[]): string | undefined {
  if (!isWatched(config)) return undefined;
  const watching = new DiversityWatch(config.train.watch);
  return steps.map((metrics) => watching.see(metrics)).findLast((warning) => warning !== undefined);
}

function whyUnwatched(config: RunConfig): string | undefined {
  if (!isTextRun(config)) return `the environment ${config.env.type} has none`;
  if (config.env.actions) return 'env.actions gives it';
  if (config.data.completions !== undefined) return 'data.completions gives it';
  return undefined;
}
