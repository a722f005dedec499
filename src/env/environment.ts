/** What one step of an environment gives. */
export interface StepResult {
  /** Of the state that the step led to; flat. */
  observation: ArrayLike<number>;
  reward: number;
  /** The episode is over, and no reward can follow: a target does not bootstrap. */
  terminated: boolean;
  /** The episode was cut off from outside, as by a limit on its steps: a target bootstraps, unless it also terminated. */
  truncated: boolean;
}

/**
 * One Markov decision process with a finite set of actions, in Gymnasium's words. A promise is fine wherever a value
 * is returned. The array of an observation may be used again for the next one: it is copied at once.
 */
export interface Environment {
  /** `[d]`, or `[height, width, channels]` of an image; observations are given flat, in that order. */
  readonly observationShape: readonly number[];
  /** Names of the actions 0, 1, ...; at least two. */
  readonly actions: readonly string[];
  /** Starts an episode, over from any state. The same seed and the same actions give the same episode. */
  reset(seed: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Not called after the end of an episode until the next `reset`. */
  step(action: number): StepResult | Promise<StepResult>;
}

/** Makes independent copies of an environment. */
export interface EnvironmentMaker {
  /** For messages and reports. */
  readonly name: string;
  /** How many copies it can make; absent: any number. 1 where a module exports a single object. */
  readonly mostCopies?: number;
  make(): Environment | Promise<Environment>;
}
