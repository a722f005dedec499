import type { StepMetrics } from '../eval/index.js';
import type { DownloadProgress } from '../lm/index.js';

/** What a run tells while it works, for a display. Every method is optional. */
export interface TrainObserver {
  /** A phase begins; it will play so many tokens or steps, about, or have so many completions rated or read, or updates. */
  phase?(name: TrainPhase, amount: number): void;
  /** So many new tokens were generated, steps taken, completions rated or read, or updates made. */
  played?(count: number): void;
  step?(metrics: StepMetrics): void;
  /** A file of the language model arrives from the hub. */
  onDownload?(progress: DownloadProgress): void;
  /** A line that the user may want to see, such as the memory that the replay will take. */
  note?(message: string): void;
  /** Something that the user should know. */
  warning?(message: string): void;
}

export type TrainPhase = 'baseline' | 'training' | 'calibrating' | 'evaluating' | DistillPhase | RewardPhase;

/** What only a distillation does: completions are sampled, and a teacher rates them or compares them. */
export type DistillPhase = 'sampling' | 'asking' | 'judging';

/** What only the training of a reward model does: completions are read, and a net is fitted, update by update. */
export type RewardPhase = 'reading' | 'fitting';

/** How a run is watched and stopped. */
export interface Watch {
  observer: TrainObserver;
  signal: AbortSignal | undefined;
}
