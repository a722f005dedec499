import type { Trajectory } from '../../replay/index.js';
import type { LearnerOptions, LearnerState, LearnReport, LearnStep } from '../types.js';

/** What the learner's thread starts with: the options, with the memory of the rows for what loads them. */
export type ThreadOptions = Omit<LearnerOptions, 'rows'> & { rows: LearnerOptions['rows']['data'] };

/** What the main thread asks the learner's thread for. Answers come in the order of the requests. */
export type LearnerRequest =
  | { method: 'learn'; batch: readonly Trajectory[]; iteration: number; at: LearnStep }
  | { method: 'snapshot' }
  | { method: 'restore'; state: LearnerState };

/** What the learner's thread answers; the first answer, `ready`, comes unasked. `candidates` are those of the replay. */
export type LearnerReply =
  | { method: 'ready'; backend: string }
  | { method: 'learn'; report: LearnReport }
  | { method: 'snapshot'; state: LearnerState }
  | { method: 'restore'; candidates: Int32Array }
  | LearnerFailure;

/** A request that failed. An error's class does not survive the way between threads, so it is named. */
export interface LearnerFailure {
  method: 'failed';
  message: string;
  /** Whether it was an `InputError`. */
  isInput: boolean;
}
