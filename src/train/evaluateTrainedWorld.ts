import type { WorldEvaluation } from '../eval/index.js';
import { openRun, openWorldHead, worldRunOf } from '../sample/index.js';
import type { TrainObserver } from './observer.js';
import { evaluateWorldRun } from './world/evaluateWorldRun.js';
import { openWorld } from './world/worldWorkload.js';

export interface EvaluateTrainedWorldOptions {
  /** Default: the run's `eval.episodes`. */
  episodes?: number;
  /** Default: the run's. */
  seed?: number;
  /** `last` (default), `best` or a step's number. */
  checkpoint?: string;
  observer?: TrainObserver;
  signal?: AbortSignal;
}

/** Evaluates a finished or interrupted run in an environment other than text, as `tokenq eval` does. */
export async function evaluateTrainedWorld(
  directory: string,
  options: EvaluateTrainedWorldOptions = {},
): Promise<WorldEvaluation> {
  const run = worldRunOf(openRun(directory, options.checkpoint));
  const { config: before } = run;
  const config = {
    ...before,
    eval: { ...before.eval, episodes: options.episodes ?? before.eval.episodes },
  };
  const { evaluation: env } = await openWorld(config.env);
  const head = await openWorldHead(run, env);
  try {
    const { seed, observer = {}, signal } = options;
    return await evaluateWorldRun(directory, env, head, { config, seed, observer, signal });
  } finally {
    await head.release();
  }
}
