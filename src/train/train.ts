import { stringify } from 'yaml';
import {
  createActor,
  createLearner,
  HeadRuntime,
  type HeadSpec,
  type HeadTensors,
  type Learner,
  rowScaleOf,
} from '../agent/index.js';
import { InputError, Interrupted } from '../common/index.js';
import type { RunConfig } from '../config/index.js';
import { mean, scorePolicy } from '../eval/index.js';
import { openRun } from '../sample/index.js';
import { calibrate } from './calibrate.js';
import { loadCheckpoint, type Progress } from './checkpoint.js';
import { evaluateRun } from './evaluateRun.js';
import type { TrainObserver } from './observer.js';
import { RunDirectory } from './runDirectory.js';
import { type OpenTask, openTask } from './setup.js';
import { EventWriter } from './tensorboard.js';
import { Trainer } from './trainer.js';

/** Files of lines, cut back to the last checkpoint when a run is resumed. */
const LOGS = ['metrics.jsonl', 'samples.jsonl'];

export interface TrainOptions {
  config: RunConfig;
  /** Where the run is written. With `resume`, where it is. */
  out: string;
  /** Go on with the run in `out` from its last checkpoint. */
  resume?: boolean;
  /** Start from the head of an earlier run. */
  init?: string;
  observer?: TrainObserver;
  /** Stops the run; what is done is saved and {@link Interrupted} thrown. */
  signal?: AbortSignal;
}

/** What `tokenq train --json` prints. */
export interface TrainResult {
  /** The run's directory. */
  run: string;
  steps: number;
  generatedTokens: number;
  seconds: number;
  /** Mean reward on the evaluation prompts: of the base policy, and of the tuned one at its calibrated beta. */
  reward: { first: number; last: number };
  /** Exact KL of the tuned policy, per token, in nats. */
  klPerToken: number;
  /** The calibrated sampling beta. */
  beta: number;
}

/**
 * Fine-tunes a head against a reward: trains, calibrates the sampling beta, evaluates, and writes the report.
 * @throws InputError for anything that the user can mend, Interrupted when stopped by the signal.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, out } = options;
  const run = options.resume ? RunDirectory.resume(out) : RunDirectory.create(out);
  try {
    const opened = await openTask(config);
    try {
      return await trainIn(run, opened, options);
    } finally {
      await opened.task.lm.close();
    }
  } finally {
    run.unlock();
  }
}

async function trainIn(run: RunDirectory, opened: OpenTask, options: TrainOptions): Promise<TrainResult> {
  const { config, observer = {} } = options;
  const { lm } = opened.task;
  for (const warning of lm.info.warnings) observer.warning?.(warning);
  const rows = await lm.headRows();
  const spec: HeadSpec = {
    stateSize: lm.info.hiddenSize,
    hidden: config.agent.head.hidden,
    rowScale: rowScaleOf(rows, lm.info.hiddenSize),
  };
  const initial = options.init === undefined ? undefined : initialHead(options.init, spec);
  const learner = await createLearner({
    agent: config.agent,
    replay: config.replay,
    policy: config.policy,
    spec,
    rows,
    seed: config.seed,
    ...(initial ? { initial } : {}),
  });
  let progress: Progress | undefined;
  try {
    progress = await startOrRestore(run, learner, opened, options);
    // Written once everything it needs has worked, so that a run that failed at its start leaves nothing behind.
    run.write('config.yaml', stringify(config));
    const head = await runTrainer({ run, learner, opened, spec, rows, progress, options });
    return await finish(run, opened, await HeadRuntime.create(head, spec, rows), progress, options);
  } catch (error) {
    throw withWayOn(error, progress?.step, options);
  } finally {
    await learner.close();
  }
}

/** Tells, with an error that ended a run, how to go on. */
function withWayOn(error: unknown, step: number | undefined, { config, out }: TrainOptions): unknown {
  const after = `stopped after step ${step} of ${config.train.steps}`;
  const wayOn = `go on with 'tokenq train --resume ${out}'`;
  if (error instanceof Interrupted) {
    return new Interrupted(step === undefined ? 'stopped before the first step' : `${after}: ${wayOn}`);
  }
  if (error instanceof InputError && step)
    return new InputError(`${error.message} (${after}; then ${wayOn})`);
  return error;
}

/** The head of an earlier run, to go on from. @throws InputError when it was made for another model. */
function initialHead(directory: string, spec: HeadSpec): HeadTensors {
  const earlier = openRun(directory);
  const same =
    earlier.spec.stateSize === spec.stateSize &&
    earlier.spec.hidden.join() === spec.hidden.join() &&
    Math.abs(earlier.spec.rowScale / spec.rowScale - 1) < 1e-3;
  if (!same) {
    throw new InputError(
      `the head of ${directory} (state ${earlier.spec.stateSize}, layers ${earlier.spec.hidden.join('-')}) does not ` +
        `fit this model and configuration (state ${spec.stateSize}, layers ${spec.hidden.join('-')}): ` +
        'use the same lm.id and agent.head.hidden',
    );
  }
  return earlier.tensors;
}

/** Measures the base policy for a new run, or brings learner and files back to the last checkpoint. */
async function startOrRestore(
  run: RunDirectory,
  learner: Learner,
  opened: OpenTask,
  { config, resume, observer = {}, signal }: TrainOptions,
): Promise<Progress> {
  const last = resume ? run.lastCheckpoint() : undefined;
  if (last !== undefined) {
    const checkpoint = loadCheckpoint(run.checkpointDirectory(last));
    await learner.restore(checkpoint.learner);
    for (const name of LOGS) run.truncate(name, checkpoint.progress.sizes[name] ?? 0);
    return checkpoint.progress;
  }
  for (const name of LOGS) run.truncate(name, 0);
  const samples = config.train.evalSamples;
  observer.phase?.('baseline', opened.eval.length * samples * config.env.maxNewTokens);
  const base = await scorePolicy(opened.task, opened.eval, createActor(undefined, { type: 'reference' }), {
    samples,
    onTokens: (count) => observer.tokens?.(count),
    signal,
  });
  const firstReward = mean(base.rewards.flat());
  return { step: 0, tokens: 0, seconds: 0, updates: 0, firstReward, sizes: {} };
}

interface TrainerRun {
  run: RunDirectory;
  learner: Learner;
  opened: OpenTask;
  spec: HeadSpec;
  rows: Float32Array;
  progress: Progress;
  options: TrainOptions;
}

async function runTrainer({
  run,
  learner,
  opened,
  spec,
  rows,
  progress,
  options,
}: TrainerRun): Promise<HeadTensors> {
  const { config, observer = {}, signal } = options;
  const { steps, promptsPerStep, samplesPerPrompt } = config.train;
  const episodes = (steps - progress.step) * promptsPerStep * samplesPerPrompt;
  observer.phase?.('training', episodes * config.env.maxNewTokens);
  const events = new EventWriter(run.path, { resumeAt: progress.step + 1 });
  const { head } = await learner.snapshot();
  const { task, train: trainPrompts, eval: evalPrompts } = opened;
  const trainer = new Trainer(
    { config, task, trainPrompts, evalPrompts, learner, spec, rows, run, events, observer, signal },
    head,
    progress,
  );
  try {
    return await trainer.run();
  } finally {
    await trainer.release();
    events.close();
  }
}

/** Calibrates the sampling beta, evaluates, and writes `policy.json` and the report. */
async function finish(
  run: RunDirectory,
  opened: OpenTask,
  runtime: HeadRuntime,
  progress: Progress,
  { config, out, observer = {}, signal }: TrainOptions,
): Promise<TrainResult> {
  const { task } = opened;
  const actorAt = (beta: number) => createActor(runtime, { type: 'guided', beta });
  try {
    const { beta, kl } = await calibrate(task, opened.calibration, actorAt, config, observer, signal);
    run.write('policy.json', `${JSON.stringify({ beta, kl, step: progress.step }, null, 2)}\n`);
    const { tuned } = await evaluateRun(run.path, task, opened.eval, actorAt, {
      config,
      betas: [beta],
      calibratedBeta: beta,
      observer,
      signal,
    });
    return {
      run: out,
      steps: progress.step,
      generatedTokens: progress.tokens,
      seconds: progress.seconds,
      reward: { first: progress.firstReward, last: tuned[0].reward.mean },
      klPerToken: tuned[0].klPerToken,
      beta,
    };
  } finally {
    await runtime.release();
  }
}
