import type { Frequency } from './phrases.js';

/** A mean with its 95% interval, bootstrapped over prompts. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** The base policy's results on the evaluation prompts. */
export interface BaseResult {
  reward: Interval;
  /** Perplexity of the completions under the base model. */
  perplexity: number;
  distinct2: number;
  /** The phrases that most completions hold, commonest first; at most 8. */
  phrases: Frequency[];
  /** The completions that occur more than once, commonest first; at most 5. */
  repeated: Frequency[];
}

/** The tuned policy's results at one beta. */
export interface TunedResult extends BaseResult {
  beta: number;
  /** Tuned minus base, paired by prompt. */
  gain: Interval;
  /** Exact KL(pi_beta, pi_ref) per generated token, in nats. */
  klPerToken: number;
  /** Share of prompts and samples where the tuned completion scores above the base's; ties count half. */
  winRate: number;
}

export interface BestOfResult {
  n: number;
  reward: Interval;
}

/** What `tokenq eval --json` prints. */
export interface Evaluation {
  base: BaseResult;
  tuned: TunedResult[];
  bestOf: BestOfResult[];
  /** Tokens generated for the evaluation. */
  tokens: number;
  seconds: number;
}

/** One line of `metrics.jsonl`: what a training step did. */
export interface StepMetrics {
  step: number;
  /** Tokens generated for training so far; on text. */
  tokens?: number;
  /** Steps taken for training so far; in other environments. */
  environmentSteps?: number;
  /** Mean reward of the step's episodes, or mean return of those that ended in it. */
  reward?: number | undefined;
  /** Standard error of `reward`, over the step's prompts, or over its episodes where all have one prompt; on text. */
  rewardError?: number;
  /** KL of the behaviour policy from the base, mean per action, in nats. */
  kl: number;
  /** These three are missing before the first update. */
  loss?: number;
  valueLoss?: number;
  gradNorm?: number;
  /** Beta or epsilon of the training policy. */
  beta?: number;
  epsilon?: number;
  /** On text. */
  distinct2?: number;
  /** Perplexity of the completions under the base model; on text. */
  perplexity?: number;
  /** The phrase that most completions hold; on text, where there are words. */
  phrase?: Frequency;
  /** The commonest completion, where one occurs more than once; on text. */
  repeated?: Frequency;
  /** In a first step that another policy than the base played: what the base does with its prompts; where it is watched. */
  base?: BaseStep;
  /** Mean length of the episodes, in tokens or steps. */
  length?: number | undefined;
  /** Episodes that ended; in environments other than text. */
  episodes?: number;
  /** Probability that the base model puts outside the candidates, mean per token; on text. */
  outside?: number;
  /** Mean reward on the evaluation prompts or episodes without exploration, in the steps that evaluate. */
  evalReward?: number;
  evalKl?: number;
  /** KL(teacher, behaviour), mean per token over the candidates, in nats; where there is a teacher. */
  teacherKl?: number;
  /** Seconds since the run began. */
  seconds: number;
  /** Tokens per second of this step, generation and learning together; on text. */
  tokensPerSecond?: number;
  /** The same in steps; in other environments. */
  stepsPerSecond?: number;
}

/** What a training step's completions are like. */
export type BaseStep = {
  [Figure in 'reward' | 'rewardError' | 'distinct2' | 'perplexity' | 'phrase']?:
    | StepMetrics[Figure]
    | undefined;
};

/** A completion before and after tuning. */
export interface SamplePair {
  prompt: string;
  base: string;
  baseReward: number;
  tuned: string;
  tunedReward: number;
}

/** A policy's result in an environment other than text. */
export interface WorldResult {
  /** Mean return of an episode, undiscounted. */
  return: Interval;
  /** Mean steps of an episode. */
  length: number;
}

/** What `tokenq eval --json` prints of a run in an environment other than text. */
export interface WorldEvaluation {
  /** Uniformly random actions. */
  random: WorldResult;
  /** The trained policy, without exploration. */
  trained: WorldResult;
  /** Episodes played with each. */
  episodes: number;
  /** Steps taken for the evaluation. */
  steps: number;
  seconds: number;
}
