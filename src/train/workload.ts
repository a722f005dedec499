import type { ActionSpace, HeadRuntime, RowSource } from '../agent/index.js';
import type { Actor } from '../env/index.js';
import type { StepMetrics } from '../eval/index.js';
import type { Trajectory } from '../replay/index.js';
import type { RunDirectory } from './runDirectory.js';

/** What playing is counted in: generated tokens, or steps in an environment. */
export type PlayUnit = 'tokens' | 'steps';

/** One training step's experience. */
export interface Batch {
  /** For the learner. */
  trajectories: Trajectory[];
  /** Tokens generated or steps taken. */
  played: number;
  /** KL of the policy that acted from the base policy, mean per action, in nats. */
  kl: number;
  /** Mean reward of the episodes, where any ended. */
  reward: number | undefined;
  /** What else `metrics.jsonl` says of it. */
  metrics: Partial<StepMetrics>;
  /** Lines for `samples.jsonl`. */
  samples: readonly object[];
  /** Where the workload stood after it, for {@link Workload.restore}. */
  after: unknown;
}

/** A policy's result on the evaluation prompts or episodes. */
export interface Evaluated {
  reward: number;
  /** KL from the base policy, mean per action, in nats; on text. */
  kl?: number;
}

/** What a finished run came to, besides what training alone knows. */
export interface Finished {
  /** Mean reward of the trained policy on the evaluation prompts or episodes. */
  reward: number;
  /** Exact KL of the tuned policy, per token, in nats; on text. */
  klPerToken?: number;
  /** The calibrated sampling beta; on text. */
  beta?: number;
}

/** Where a run stands, as far as its end is concerned. */
export interface Ending {
  step: number;
  runtime: HeadRuntime;
}

/** What a run trains on: it plays a policy, measures it, and finishes the run with a report. */
export interface Workload {
  readonly unit: PlayUnit;
  /** How much of it a training step plays, about. */
  readonly playedPerStep: number;
  /** What the head reads and acts on. */
  readonly space: ActionSpace;
  /** The actions' rows, unscaled. */
  readonly rows: RowSource;
  /** Candidate actions of a state. */
  readonly candidates: number;
  /** Steps after which an episode is stored as another piece, where episodes are stored in pieces. */
  readonly pieceLength?: number;
  /** Things that the user should know. */
  readonly warnings: readonly string[];
  /** Evaluates the base policy: the frozen model, or uniformly random actions. */
  baseline(): Promise<Evaluated>;
  /** @param step counted from 0; the same step gives the same batch under the same policy */
  collect(step: number, actor: Actor): Promise<Batch>;
  /** Evaluates a policy on what it was not trained on. It is not interrupted. */
  evaluate(actor: Actor): Promise<Evaluated>;
  /** Goes on from where it stood after a {@link Batch}. @throws InputError when that is damaged. */
  restore(after: unknown): Promise<void>;
  /** Evaluates the trained head, and writes the report and what sampling needs. */
  finish(run: RunDirectory, ending: Ending): Promise<Finished>;
  close(): Promise<void>;
}
