import type { RewardModelConfig, RewardModelSettings } from '../../config/index.js';
import type { PreferencePair } from '../../data/index.js';
import type { Lm } from '../../lm/index.js';
import type { LmChoice } from '../../reward/index.js';
import type { TrainObserver } from '../observer.js';

export interface TrainRewardOptions extends NonNullable<RewardModelSettings> {
  pairs: readonly PreferencePair[];
  /** Pairs to test on; default: those of some prompts are held out. */
  evalPairs?: readonly PreferencePair[];
  /** Share of the prompts that are held out; default 0.1. */
  heldOut?: number;
  /** The language model whose hidden states are read; its layers are those of the settings. */
  lm: LmChoice;
  /** The directory to write, which must not be there. */
  out: string;
  /** Names the random numbers: same seed, same split and same reward model; default 0. */
  seed?: number;
  /** Opens the language model; default: a new one. It is closed at the end. */
  openLm?: (choice: LmChoice) => Promise<Lm>;
  observer?: TrainObserver;
  /** Stops the training, which leaves nothing behind and throws Interrupted. */
  signal?: AbortSignal | undefined;
}

/** What became of a training. */
export interface RewardTraining {
  /** The reward model's directory. */
  out: string;
  report: RewardReport;
}

/** How many of some pairs are judged rightly, ties counting half, with a 95% interval (Wilson 1927). */
export interface Share {
  pairs: number;
  accuracy: number;
  low: number;
  high: number;
}

/** Pairs of about the same margin. */
export interface MarginBand extends Share {
  /** Smallest and largest margin in it. */
  from: number;
  to: number;
  /** How many of them the bag of words judges rightly. */
  bagOfWords: Share;
}

/** Pairs that the model is about as sure of. */
export interface CalibrationBin {
  pairs: number;
  /** Mean probability that it gives its own choice, 0.5 to 1. */
  confidence: number;
  accuracy: number;
}

/** What was measured after an epoch. */
export interface EpochMeasures {
  epoch: number;
  /** Of training pairs, at most as many as are held out. */
  training: { accuracy: number; loss: number };
  heldOut: { accuracy: number; loss: number };
}

/** `report.json`: the accuracy, first of all, is that on the held-out pairs. */
export interface RewardReport extends Share {
  /** Mean of `-log sigmoid(r_chosen - r_rejected)` over them, in nats. */
  loss: number;
  training: Share;
  /** Pairs that could not be read. */
  unread: number;
  /** By the margin that the data tell, or else by the difference of the model's own scores; from near to far. */
  byMargin: { of: 'margin' | 'difference'; bands: MarginBand[] };
  calibration: {
    /** Expected calibration error: mean distance between confidence and accuracy. */
    error: number;
    bins: CalibrationBin[];
  };
  baselines: {
    /** A logistic regression on counts of words, trained on the same pairs in the same way. */
    bagOfWords: Share;
    /** The longer text wins. */
    longest: Share;
  };
  epochs: EpochMeasures[];
  /** Accuracy on the held-out pairs after training on some of the pairs. */
  sizes: (Share & { trainingPairs: number })[];
  /** What a reader should know. */
  warnings: string[];
  lm: LmChoice;
  settings: RewardModelConfig;
  seed: number;
  seconds: number;
}
