/** What each swept key is set to, by key: `{'agent.lr': 1e-3}`. */
export type Values = Readonly<Record<string, unknown>>;

/** Where random values of a key are drawn from. */
export interface RandomRange {
  low: number;
  high: number;
  /** Uniform in the logarithm; default false. Both ends are then above 0. */
  log?: boolean;
  /** Whole numbers, both ends among them; default false. */
  integer?: boolean;
}

/** Successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943). */
export interface HalvingOptions {
  /** At each rung the best 1/eta of the configurations go on; a whole number of at least 2, default 2. */
  eta?: number;
  /** Steps to the first rung; by default such that one configuration is left for all the steps. */
  minSteps?: number;
}

export interface SweepOptions {
  /** A `.yaml` or `.json` file; every key has a default. */
  configFile?: string;
  /** `a.b=value`, for all trials. */
  overrides?: readonly string[];
  /** Values to try, by key. All combinations are tried. */
  grid?: Readonly<Record<string, readonly unknown[]>>;
  /** Ranges to draw from, by key. Each draw gives every key a value, and is tried with all combinations of the grid. */
  random?: Readonly<Record<string, RandomRange>>;
  /** Random draws; needed with `random`. */
  draws?: number;
  /** Trials of each configuration, each with a seed of its own; default 1. */
  seeds?: number;
  /** The first seed; by default the configuration's. */
  seed?: number;
  /** Training steps of a whole trial; by default the configuration's. */
  steps?: number;
  /** Stop bad configurations early. */
  halving?: HalvingOptions;
  /** Processes at a time; by default half the cores, at least 1. */
  jobs?: number;
  /** The sweep's directory. One that holds the same sweep is gone on with. */
  out: string;
  observer?: SweepObserver;
  /** Stops the trials; they are saved, and Interrupted is thrown. */
  signal?: AbortSignal;
}

/** `finished`: to its last step; `stopped`: early, by halving. */
export type TrialState = 'finished' | 'stopped' | 'failed';

/** One configuration with one seed. */
export interface TrialResult {
  /** Also of its run directory: `002-seed7`. */
  name: string;
  /** Number of its configuration, from 1. */
  configuration: number;
  values: Values;
  seed: number;
  state: TrialState;
  /** Its run directory. */
  run: string;
  /** Steps done. */
  steps: number;
  /** Of the final evaluation, or, of a trial that was stopped early, of that at its last rung. */
  reward?: number;
  /** On text: exact KL of the tuned policy per token, in nats; of finished trials. */
  klPerToken?: number;
  /** Seconds of training. */
  seconds?: number;
  /** Why it failed. */
  error?: string;
}

/** What the trials of one configuration came to, over those that went furthest. */
export interface ConfigurationResult {
  /** From 1, as in the trials' names. */
  number: number;
  values: Values;
  /** `failed` when no trial gave a reward. */
  state: TrialState;
  /** Trials with a reward. */
  n: number;
  /** Mean of their rewards. */
  mean?: number;
  /** Standard deviation of their rewards over the seeds, with n - 1 in the denominator; from two trials on. */
  sd?: number;
  /** The highest of their rewards. */
  best?: number;
  /** Mean KL per token, in nats; of finished configurations on text. */
  klPerToken?: number;
  /** Training steps of each. */
  steps: number;
  /** Mean seconds of training. */
  seconds?: number;
}

/** The configuration of the highest mean reward. */
export interface BestConfiguration {
  /** From 1, as in the trials' names. */
  number: number;
  values: Values;
  mean: number;
  sd?: number;
  /** The highest reward of its trials, and that trial's run directory. */
  reward: number;
  run: string;
}

/** What `tokenq sweep --json` prints. */
export interface SweepResult {
  /** The sweep's directory. */
  out: string;
  trials: TrialResult[];
  /** Best first: those that went furthest, by their mean reward. */
  configurations: ConfigurationResult[];
  best: BestConfiguration;
}

/** What a sweep tells while it works, for a display. Every method is optional. */
export interface SweepObserver {
  /** A trial starts, or goes on, in a process of its own. */
  started?(trial: TrialEvent): void;
  /** A trial came to its end, or to a rung. */
  ended?(trial: TrialEvent & { reward: number }): void;
  failed?(trial: TrialEvent & { error: string }): void;
  /** At a rung these many configurations were stopped. */
  halved?(rung: { steps: number; kept: number; stopped: number }): void;
  /** About once a second, and after every trial. */
  progress?(progress: SweepProgress): void;
  /** A line that the user may want to see. */
  note?(message: string): void;
}

export interface TrialEvent {
  name: string;
  values: Values;
  seed: number;
  /** The step that this part of the trial ends at. */
  until: number;
}

/** Where a sweep stands. */
export interface SweepProgress {
  trials: number;
  /** Trials that need no more work. */
  done: number;
  running: number;
  failed: number;
  /** Training steps of all trials together, done and planned. */
  steps: number;
  allSteps: number;
  /** The highest reward so far, of the trials that went furthest. */
  best?: { reward: number; name: string };
}
