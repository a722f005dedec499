import { loadPrompts } from '../data/index.js';
import type { Evaluation } from '../eval/index.js';
import type { DeviceChoice } from '../lm/index.js';
import type { RewardModel } from '../reward/index.js';
import { LmPool, type LmPoolOptions, readSamplingPolicy, Sampler, tokenizePrompts } from '../sample/index.js';
import type { TrainObserver } from './observer.js';
import { evaluateRun } from './text/evaluateRun.js';
import { loadPromptSets, openReward } from './text/setup.js';

export interface EvaluateTrainedOptions {
  /** Evaluate on these prompts; default: the run's evaluation prompts. */
  prompts?: string;
  /** Default: the run's sampling beta alone. */
  betas?: readonly number[];
  bestOf?: number[];
  samples?: number;
  seed?: number;
  checkpoint?: string;
  /** Where the language model runs; default: as in the run's configuration. */
  device?: DeviceChoice;
  observer?: TrainObserver;
  signal?: AbortSignal;
}

/** Evaluates a finished or interrupted run, as `tokenq eval` does. */
export async function evaluateTrained(
  directory: string,
  options: EvaluateTrainedOptions = {},
): Promise<Evaluation> {
  const { observer = {}, signal, device } = options;
  const opening: LmPoolOptions = {
    onDownload: (progress) => observer.onDownload?.(progress),
    ...(signal ? { signal } : {}),
  };
  const sampler = await Sampler.open(directory, options.checkpoint, {
    ...opening,
    ...(device ? { device } : {}),
  });
  let reward: RewardModel | undefined;
  try {
    const { config: before, beta } = sampler.run;
    const config = {
      ...before,
      eval: {
        ...before.eval,
        samples: options.samples ?? before.eval.samples,
        bestOf: options.bestOf ?? before.eval.bestOf,
      },
    };
    const { env } = config;
    const rows =
      options.prompts === undefined ? loadPromptSets(config).eval : loadPrompts(options.prompts, env.turns);
    const source = options.prompts ?? config.data.evalPrompts ?? config.data.prompts;
    const pool = new LmPool({ ...config.lm, ...(device ? { device } : {}) }, opening, sampler.lm);
    reward = await openReward(config, pool, { observer, signal });
    const task = { lm: sampler.lm, reward, env, seed: options.seed ?? config.seed };
    const prompts = tokenizePrompts(sampler.lm, rows, env.maxNewTokens, source, env.turns);
    return await evaluateRun(directory, task, prompts, (at) => sampler.actorAt(at), {
      config,
      betas: options.betas ?? [beta],
      calibratedBeta: readSamplingPolicy(directory)?.beta,
      observer,
      signal,
    });
  } finally {
    try {
      await reward?.close?.();
    } finally {
      await sampler.close();
    }
  }
}
