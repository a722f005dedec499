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
  /** Tokens generated for training so far. */
  tokens: number;
  /** Mean training reward of the step's episodes. */
  reward: number;
  /** KL of the behaviour policy per token, in nats. */
  kl: number;
  loss: number;
  valueLoss: number;
  gradNorm: number;
  /** Beta, epsilon or temperature of the training policy. */
  beta?: number;
  epsilon?: number;
  distinct2: number;
  /** Mean length of the episodes, in tokens. */
  length: number;
  /** Probability that the base model puts outside the candidates, mean per token. */
  outside: number;
  /** Mean reward on the evaluation prompts without exploration, in the steps that evaluate. */
  evalReward?: number;
  evalKl?: number;
  /** Seconds since the run began. */
  seconds: number;
  /** Tokens per second of this step, generation and learning together. */
  tokensPerSecond: number;
}

/** A completion before and after tuning. */
export interface SamplePair {
  prompt: string;
  base: string;
  baseReward: number;
  tuned: string;
  tunedReward: number;
}
