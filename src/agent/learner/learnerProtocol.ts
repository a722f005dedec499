import type { Trajectory } from '../../replay/index.js';
import type { LearnerState, LearnReport, LearnStep } from '../types.js';

/** What the main thread asks the learner's thread for. Answers come in the order of the requests. */
export type LearnerRequest =
  | { method: 'learn'; batch: readonly Trajectory[]; iteration: number; at: LearnStep }
  | { method: 'snapshot' }
  | { method: 'restore'; state: LearnerState };

/** What the learner's thread answers; the first answer, `ready`, comes unasked. */
export type LearnerReply =
  | { method: 'ready'; backend: string }
  | { method: 'learn'; report: LearnReport }
  | { method: 'snapshot'; state: LearnerState }
  | { method: 'restore' }
  | LearnerFailure;

/** A request that failed. An error's class does not survive the way between threads, so it is named. */
export interface LearnerFailure {
  method: 'failed';
  message: string;
  /** Whether it was an `InputError`. */
  isInput: boolean;
}
