import { stringify } from 'yaml';
import {
  checkAgent,
  createLearner,
  HeadRuntime,
  type HeadSpec,
  type HeadTensors,
  headSpecOf,
  type Learner,
} from '../agent/index.js';
import { InputError, Interrupted } from '../common/index.js';
import { isTextRun, isWorldRun, type RunConfig } from '../config/index.js';
import { checkMemory, describeMemory, replayMemory } from '../replay/index.js';
import { openRun, type TrainedRun } from '../sample/index.js';
import type { TrainCallback } from './callbacks.js';
import { loadCheckpoint, type Progress } from './checkpoint.js';
import { METRICS, readMetrics, SAMPLES } from './metrics.js';
import type { TrainObserver, Watch } from './observer.js';
import { RunDirectory } from './runDirectory.js';
import { EventWriter } from './tensorboard.js';
import { openTextWorkload } from './text/textWorkload.js';
import { type TrainedHead, Trainer } from './trainer.js';
import { checkWatch, isWatched, watchRun } from './watchRun.js';
import type { Workload } from './workload.js';
import { openWorldWorkload } from './world/worldWorkload.js';

/** By how much the scales of a model's rows may differ with the rows that are measured. */
const SCALE_TOLERANCE = 0.05;

export interface TrainOptions {
  config: RunConfig;
  /** Where the run is written. With `resume`, where it is. */
  out: string;
  /** Go on with the run in `out` from its last checkpoint. */
  resume?: boolean;
  /** Start from the head of an earlier run. */
  init?: string;
  /** The command that goes on with the run, for messages; default `tokenq train --resume OUT`. */
  resumeCommand?: string;
  /** Pause after this step: the run is saved and can be resumed, but is neither calibrated nor evaluated in full. */
  until?: number;
  observer?: TrainObserver;
  /** Called while the run trains; each may end it early. */
  callbacks?: readonly TrainCallback[];
  /** Stops the run; what is done is saved and {@link Interrupted} thrown. */
  signal?: AbortSignal;
}

/** What `tokenq train --json` prints. */
export interface TrainResult {
  /** The run's directory. */
  run: string;
  /** Steps done. */
  steps: number;
  /** On text: tokens generated for training. */
  generatedTokens?: number;
  /** In other environments: steps taken for training. */
  environmentSteps?: number;
  seconds: number;
  /**
   * Mean reward on the evaluation prompts, or return of the evaluation episodes: of the base policy, and of the trained
   * one (on text at its calibrated beta; of a paused run, as it was after its last step).
   */
  reward: { first: number; last: number };
  /** On text: exact KL of the tuned policy, per token, in nats. */
  klPerToken?: number;
  /** On text: the calibrated sampling beta. */
  beta?: number;
  /** True for a run that was paused by `until`. */
  paused?: boolean;
  /** Why the training ended before its last step, where a callback or `train.watch` ended it. */
  stopped?: string;
}

/**
 * Trains a head: on text against a reward, then calibrates the sampling beta; or in an environment. Evaluates it, and
 * writes the report.
 * @throws InputError for anything that the user can mend, Interrupted when stopped by the signal.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { config, out, observer = {}, signal } = options;
  checkAgent(config);
  checkWatch(config);
  const run = options.resume ? RunDirectory.resume(out) : RunDirectory.create(out);
  try {
    const workload = await openWorkload(config, { observer, signal });
    try {
      return await trainIn(run, workload, options);
    } finally {
      await workload.close();
    }
  } finally {
    run.unlock();
    run.removeIfEmpty();
  }
}

function openWorkload(config: RunConfig, watch: Watch): Promise<Workload> {
  if (isTextRun(config)) return openTextWorkload(config, watch);
  if (isWorldRun(config)) return openWorldWorkload(config, watch);
  throw new Error('a run is on text or in another environment');
}

async function trainIn(run: RunDirectory, workload: Workload, options: TrainOptions): Promise<TrainResult> {
  const { config, observer = {} } = options;
  for (const warning of workload.warnings) observer.warning?.(warning);
  const earlier = earlierRun(run, options);
  const spec = scaledAs(headSpecOf(config.agent, workload.space), earlier?.spec);
  checkReplayMemory(config, workload, observer);
  const initial = options.init === undefined ? undefined : initialHead(options.init, spec);
  const learner = await createLearner({
    agent: config.agent,
    replay: config.replay,
    policy: config.policy,
    spec,
    rows: workload.rows,
    seed: config.seed,
    ...(initial ? { initial } : {}),
  });
  let progress: Progress | undefined;
  try {
    progress = await startOrRestore(run, learner, workload, options.resume === true);
    // Written once everything it needs has worked, so that a run that failed at its start leaves nothing behind.
    run.write('config.yaml', stringify(config));
    const trained = await runTrainer({ run, learner, workload, spec, progress, options });
    return await finish(run, workload, { ...trained, spec, progress }, options);
  } catch (error) {
    throw withWayOn(error, progress?.step, options);
  } finally {
    await learner.close();
  }
}

/** Says how much memory a full replay takes. @throws InputError when there is not so much. */
function checkReplayMemory({ replay }: RunConfig, workload: Workload, observer: TrainObserver): void {
  const { space, candidates, pieceLength } = workload;
  const memory = replayMemory(replay, {
    ...space,
    candidates,
    ...(pieceLength === undefined ? {} : { cutOffAfter: pieceLength }),
  });
  observer.note?.(describeMemory(memory));
  checkMemory(memory);
}

/** Tells, with an error that ended a run, how to go on. */
function withWayOn(error: unknown, step: number | undefined, options: TrainOptions): unknown {
  const { config, out, resumeCommand = `tokenq train --resume ${out}` } = options;
  const after = `stopped after step ${step} of ${config.train.steps}`;
  const wayOn = `go on with '${resumeCommand}'`;
  if (error instanceof Interrupted) {
    return new Interrupted(step === undefined ? 'stopped before the first step' : `${after}: ${wayOn}`);
  }
  if (error instanceof InputError && step)
    return new InputError(`${error.message} (${after}; then ${wayOn})`);
  return error;
}

/** The run whose head training goes on from: the run itself, or the one to start from. */
function earlierRun(run: RunDirectory, { resume, init, out }: TrainOptions): TrainedRun | undefined {
  if (resume && run.lastCheckpoint() !== undefined) return openRun(out);
  return init === undefined ? undefined : openRun(init);
}

/** A head with the scale of an earlier one of the same model, which may have been measured on other rows. */
function scaledAs(spec: HeadSpec, earlier: HeadSpec | undefined): HeadSpec {
  const ratio = (earlier?.rowScale ?? 0) / spec.rowScale;
  return earlier && Math.abs(ratio - 1) < SCALE_TOLERANCE ? { ...spec, rowScale: earlier.rowScale } : spec;
}

/** The head of an earlier run, to go on from. @throws InputError when it was made for another model or head. */
function initialHead(directory: string, spec: HeadSpec): HeadTensors {
  const earlier = openRun(directory);
  const differing = Object.keys(spec).filter(
    (key) => !isSame(Reflect.get(earlier.spec, key), Reflect.get(spec, key)),
  );
  if (differing.length === 0) return earlier.tensors;
  const sizes = ({ stateSize, hidden, actionSize }: HeadSpec) =>
    `state ${stateSize}, layers ${hidden.join('-')}, actions ${actionSize}`;
  throw new InputError(
    `the head of ${directory} (${sizes(earlier.spec)}) does not fit this model and configuration (${sizes(spec)}): ` +
      `use the same lm.id, lm.layers and agent settings; they differ in ${differing.join(', ')}`,
  );
}

/** Numbers may differ by rounding. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a / b - 1) < 1e-3;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Measures the base policy for a new run, or brings learner, workload and files back to the last checkpoint. */
async function startOrRestore(
  run: RunDirectory,
  learner: Learner,
  workload: Workload,
  resume: boolean,
): Promise<Progress> {
  const last = resume ? run.lastCheckpoint() : undefined;
  if (last !== undefined) {
    const checkpoint = loadCheckpoint(run.checkpointDirectory(last));
    await learner.restore(checkpoint.learner);
    await workload.restore(checkpoint.progress.workload);
    for (const name of [METRICS, SAMPLES]) run.truncate(name, checkpoint.progress.sizes[name] ?? 0);
    return checkpoint.progress;
  }
  for (const name of [METRICS, SAMPLES]) run.truncate(name, 0);
  const { reward: firstReward } = await workload.baseline();
  return { step: 0, played: 0, seconds: 0, updates: 0, firstReward, workload: undefined, sizes: {} };
}

interface TrainerRun {
  run: RunDirectory;
  learner: Learner;
  workload: Workload;
  spec: HeadSpec;
  progress: Progress;
  options: TrainOptions;
}

async function runTrainer({
  run,
  learner,
  workload,
  spec,
  progress,
  options,
}: TrainerRun): Promise<TrainedHead> {
  const { config, observer = {}, callbacks = [] } = options;
  const until = Math.min(options.until ?? config.train.steps, config.train.steps);
  observer.phase?.('training', Math.max(0, until - progress.step) * workload.playedPerStep);
  const events = new EventWriter(run.path, { resumeAt: progress.step + 1 });
  const { head } = await learner.snapshot();
  const warn = (message: string) => observer.warning?.(message);
  const watch = isWatched(config) ? [watchRun(config, readMetrics(run.path), warn)] : [];
  const trainer = new Trainer(
    { config, workload, learner, spec, run, events, observer, callbacks: [...watch, ...callbacks], until },
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

interface Trained extends TrainedHead {
  spec: HeadSpec;
  progress: Progress;
}

/** Evaluates the trained head, unless the run is only paused. */
async function finish(
  run: RunDirectory,
  workload: Workload,
  { head, stopped, spec, progress }: Trained,
  { config, out, until = config.train.steps }: TrainOptions,
): Promise<TrainResult> {
  const { step, played, seconds, firstReward: first, lastReward = first } = progress;
  const done = {
    run: out,
    steps: step,
    ...(workload.unit === 'tokens' ? { generatedTokens: played } : { environmentSteps: played }),
    seconds,
  };
  const early = step < config.train.steps;
  if (early && step === until && stopped === undefined) {
    return { ...done, reward: { first, last: lastReward }, paused: true };
  }
  const runtime = await HeadRuntime.create(head, spec, workload.rows);
  try {
    const { reward: last, ...more } = await workload.finish(run, { step, runtime });
    return {
      ...done,
      reward: { first, last },
      ...more,
      ...(early && stopped !== undefined ? { stopped } : {}),
    };
  } finally {
    await runtime.release();
  }
}
