import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { createActor } from '../../agent/index.js';
import { writeFileWhole } from '../../common/index.js';
import type { TextRunConfig } from '../../config/index.js';
import type { Actor } from '../../env/index.js';
import {
  type Evaluation,
  evaluate,
  type RunSummary,
  renderReport,
  type StepMetrics,
} from '../../eval/index.js';
import { longestEpisode, type TextPrompt, type TextTask } from '../../sample/index.js';
import { readMetrics } from '../metrics.js';
import type { Watch } from '../observer.js';
import { watchWarning } from '../watchRun.js';

/** Before-and-after samples in the report. */
const REPORTED_SAMPLES = 20;

export interface EvaluateRunOptions extends Watch {
  config: TextRunConfig;
  betas: readonly number[];
  /** The calibrated sampling beta, if there is one. */
  calibratedBeta?: number | undefined;
}

/**
 * Compares the tuned policy with the base and with best-of-n, and writes `evaluation.json` and `report.html` into
 * the run's directory.
 */
export async function evaluateRun(
  directory: string,
  task: TextTask,
  prompts: readonly TextPrompt[],
  actorAt: (beta: number) => Actor,
  options: EvaluateRunOptions,
): Promise<Evaluation> {
  const { config, betas, observer, signal } = options;
  const { samples, bestOf } = config.eval;
  const episodes = prompts.length * (Math.max(samples, ...bestOf) + betas.length * samples);
  observer.phase?.('evaluating', episodes * longestEpisode(config.env));
  // The headline is about the calibrated beta, or else the strongest one asked for.
  const { calibratedBeta } = options;
  const shown =
    calibratedBeta !== undefined && betas.includes(calibratedBeta) ? calibratedBeta : Math.max(...betas);
  const { evaluation, pairs } = await evaluate(task, prompts, {
    samples,
    bestOf,
    betas,
    pairsAt: shown,
    actorAt,
    base: createActor(undefined, { type: 'reference' }),
    onTokens: (count) => observer.played?.(count),
    signal,
  });
  writeFileWhole(join(directory, 'evaluation.json'), `${JSON.stringify(evaluation, null, 2)}\n`);
  const steps = readMetrics(directory);
  const warning = watchWarning(config, steps);
  writeFileWhole(
    join(directory, 'report.html'),
    renderReport({
      title: `${rewardName(config)} on ${basename(config.lm.id)}`,
      createdAt: new Date().toISOString(),
      summary: summary(config, steps),
      klBudget: config.klBudget,
      beta: shown,
      steps,
      evaluation,
      samples: pairs.slice(0, REPORTED_SAMPLES),
      warnings: [...task.lm.info.warnings, ...(warning === undefined ? [] : [warning])],
      config: stringify(config),
    }),
  );
  return evaluation;
}

function rewardName({ reward }: TextRunConfig): string {
  return typeof reward === 'string' ? reward : reward.type;
}

function summary(config: TextRunConfig, steps: readonly StepMetrics[]): RunSummary {
  const last = steps[steps.length - 1];
  const { agent, policy } = config;
  return {
    lm: config.lm.id,
    reward: rewardName(config),
    prompts: config.data.prompts,
    head: `${config.env.actions ? 'dense' : 'tied'}, ${agent.target.type} target, ${agent.returns.type} returns`,
    policy: policy.type,
    steps: last?.step ?? 0,
    generatedTokens: last?.tokens ?? 0,
    seconds: last?.seconds ?? 0,
    seed: config.seed,
  };
}
