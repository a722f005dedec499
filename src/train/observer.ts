import type { StepMetrics } from '../eval/index.js';

/** What a run tells while it works. Every method is optional. */
export interface TrainObserver {
  /** A phase begins: `opening`, `baseline`, `training`, `calibrating`, `evaluating`; `tokens` are those it will make, about. */
  phase?(name: TrainPhase, tokens: number): void;
  /** So many new tokens were generated. */
  tokens?(count: number): void;
  step?(metrics: StepMetrics): void;
  checkpoint?(step: number): void;
  /** Something that the user should know. */
  warning?(message: string): void;
}

export type TrainPhase = 'baseline' | 'training' | 'calibrating' | 'evaluating';
