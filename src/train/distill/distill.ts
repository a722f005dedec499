import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { InputError, Interrupted } from '../../common/index.js';
import type { DistillConfig, TextRunConfig } from '../../config/index.js';
import type { Evaluation } from '../../eval/index.js';
import { readSamplingPolicy } from '../../sample/index.js';
import type { TrainObserver, Watch } from '../observer.js';
import { RunDirectory } from '../runDirectory.js';
import { trainingPool } from '../text/setup.js';
import { train } from '../train.js';
import { compareWithBase, type WinRate } from './compareWithBase.js';
import type { DistillRunConfig } from './distillRun.js';
import { DISTILL_CONFIG } from './files.js';
import { type Judges, openJudges } from './judges.js';
import { type OfflineData, prepareOffline } from './offlineMethod.js';
import { policyConfig } from './policyMethod.js';
import { learnPreferences, type PreferencesLearned } from './preferencesMethod.js';
import type { Stage } from './stage.js';
import { perplexityOf, type Teacher } from './teacher.js';

export interface DistillOptions {
  config: DistillRunConfig;
  /** Where everything is written. With `resume`, where it is. */
  out: string;
  /** Go on with what is in `out`. */
  resume?: boolean;
  observer?: TrainObserver;
  /** Stops it; what is done is kept and {@link Interrupted} thrown. */
  signal?: AbortSignal;
}

/** What `tokenq distill --json` prints. */
export interface DistillResult extends Partial<PreferencesLearned & OfflineData> {
  /** The directory. */
  out: string;
  /** The student: the directory of an ordinary run. */
  run: string;
  method: DistillConfig['method'];
  /** Mean reward of the base and of the student on the evaluation prompts, by the reward that it was trained on. */
  reward: { base: number; student: number };
  /** Exact KL of the student from its base, per token, in nats. */
  klPerToken: number;
  /** The student's sampling beta. */
  beta: number;
  /** How often the teacher, or the judge, prefers the student to its base; missing where there is none to ask. */
  winRate?: WinRate;
}

/** What makes a configuration of an ordinary run out of a teacher's preferences. */
interface Prepared {
  config: TextRunConfig;
  learned: Partial<PreferencesLearned & OfflineData>;
}

/**
 * Distils a teacher's preferences into a head: prepares what it is trained on, trains it in `OUT/run`, and asks the teacher
 * whether it is better than its base. Every stage leaves a file, and what is there is not made or paid again.
 * @throws InputError for anything that the user can mend, Interrupted when stopped by the signal.
 */
export async function distill(options: DistillOptions): Promise<DistillResult> {
  const { config, out, observer = {}, signal } = options;
  refuse(config);
  const directory = options.resume
    ? RunDirectory.resume(out, DISTILL_CONFIG)
    : RunDirectory.create(out, DISTILL_CONFIG);
  const watch: Watch = { observer, signal };
  try {
    const pool = trainingPool(config, watch);
    const judges = await openJudges(config, out, pool, watch);
    try {
      // Written once the teacher is there and its settings are known to hold no key.
      directory.write(DISTILL_CONFIG, stringify(config));
      const result = await distillWith(judges, config, out, { ...watch, pool });
      directory.write('distill.json', `${JSON.stringify(result, null, 2)}\n`);
      return result;
    } finally {
      await judges.close();
    }
  } catch (error) {
    throw withWayOn(error, directory, out);
  } finally {
    directory.unlock();
    directory.removeIfEmpty();
  }
}

function refuse({ env, distill: { method } }: DistillRunConfig): void {
  if (env.turns !== undefined) {
    throw new InputError('distil has no use with env.turns: a teacher rates single answers; leave it out');
  }
  if (env.actions && method !== 'preferences') {
    throw new InputError(
      `distill.method ${method} has no use with env.actions: leave it out, or take preferences`,
    );
  }
}

async function distillWith(
  judges: Judges,
  config: DistillRunConfig,
  out: string,
  stage: Stage,
): Promise<DistillResult> {
  const prepared = await prepare(config, judges.teacher, out, stage);
  const run = join(out, 'run');
  await trainStudent(prepared.config, run, out, stage);
  const winRate =
    judges.judge && (await compareWithBase(run, judges.judge, config.distill.judgedSamples, stage));
  return {
    ...{ out, run, method: config.distill.method, ...prepared.learned, ...measured(run) },
    ...(winRate ? { winRate } : {}),
  };
}

async function prepare(
  config: DistillRunConfig,
  teacher: Teacher | undefined,
  out: string,
  stage: Stage,
): Promise<Prepared> {
  const { distill, ...plain } = config;
  switch (distill.method) {
    case 'preferences': {
      const learned = await learnPreferences({ ...plain, distill }, teacher, out, stage);
      return { config: { ...plain, reward: { type: 'preference', model: learned.rewardModel } }, learned };
    }
    case 'offline': {
      const learned = await prepareOffline({ ...plain, distill }, teacher, out, stage);
      const data = { ...plain.data, completions: learned.completions };
      // Evaluations ask a model on this machine, but no judge that is paid by the token.
      const reward = distill.teacher.type === 'lm' ? perplexityOf(distill.teacher) : plain.reward;
      return { config: { ...plain, data, reward }, learned };
    }
    case 'policy':
      return { config: await policyConfig(plain, distill, stage), learned: {} };
  }
}

/** Trains the head, or goes on with it; nothing where all that is asked for is done. */
async function trainStudent(config: TextRunConfig, run: string, out: string, watch: Watch): Promise<void> {
  if (isDone(config, run)) return;
  await train({
    config,
    out: run,
    resume: existsSync(join(run, 'config.yaml')),
    resumeCommand: `tokenq distill --resume ${out}`,
    observer: watch.observer,
    ...(watch.signal ? { signal: watch.signal } : {}),
  });
}

/** Whether a run is trained to its last step and evaluated, with the very settings. */
function isDone(config: TextRunConfig, run: string): boolean {
  const done = existsSync(join(run, 'evaluation.json')) ? readSamplingPolicy(run)?.step : undefined;
  if (done === undefined || done < config.train.steps) return false;
  return readFileSync(join(run, 'config.yaml'), 'utf8') === stringify(config);
}

/** What the student's own evaluation says. */
function measured(run: string): Pick<DistillResult, 'reward' | 'klPerToken' | 'beta'> {
  const evaluation: Evaluation = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'));
  const [tuned] = evaluation.tuned;
  const beta = readSamplingPolicy(run)?.beta ?? tuned.beta;
  return {
    reward: { base: evaluation.base.reward.mean, student: tuned.reward.mean },
    klPerToken: tuned.klPerToken,
    beta,
  };
}

/** Tells, with an error that ended it, how to go on. */
function withWayOn(error: unknown, directory: RunDirectory, out: string): unknown {
  if (!existsSync(directory.file(DISTILL_CONFIG))) return error;
  const wayOn = `go on with 'tokenq distill --resume ${out}'`;
  if (error instanceof Error && error.message.includes(wayOn)) return error;
  if (error instanceof Interrupted) return new Interrupted(`stopped: ${wayOn}`);
  if (error instanceof InputError)
    return new InputError(`${error.message} (then ${wayOn})`, { cause: error });
  return error;
}
