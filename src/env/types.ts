/**
 * A batch of states with their candidate actions, as a policy sees them: `rows` states of size `d`, with `k`
 * candidates each.
 */
export interface StateBatch {
  rows: number;
  k: number;
  /** `[rows, d]`. */
  states: Float32Array;
  /** Steps taken so far over the most allowed, `t / T_max`; `[rows]`. */
  progress: Float32Array;
  /** Ids of the candidate actions, most likely first; `[rows, k]`. */
  candidates: Int32Array;
  /** Log-probabilities of the candidates under `pi_ref`; `[rows, k]`. */
  reference: Float32Array;
}

/** Something that acts: it gives the probability of every candidate; `[rows, k]`, each row summing to 1. */
export interface Actor {
  probabilities(batch: StateBatch): Float32Array | Promise<Float32Array>;
}

/** A generated completion, or all those of a dialogue, with everything that was seen while it was made. */
export interface TextEpisode {
  /** Index into the list of prompts given to the rollout. */
  prompt: number;
  /** Which of the prompt's samples. */
  sample: number;
  /** The generated tokens; of a dialogue, those of one answer after the other's. */
  tokens: number[];
  /** Of a dialogue, its last answer's. */
  finishReason: 'stop' | 'length';
  /** Steps taken by the end of each answer, rising to `T`: `[T]`, but in a dialogue. */
  answerEnds: readonly number[];
  /** `[T, d]`. */
  states: Float32Array;
  /** `[T, k]`. */
  candidates: Int32Array;
  /** Which candidate was taken; `[T]`. */
  taken: Int32Array;
  /** `[T, k]`. */
  reference: Float32Array;
  /** `[T, k]`. */
  behaviour: Float32Array;
  /** Exact KL(behaviour, pi_ref) at each step, in nats; `[T]`. */
  kl: Float32Array;
  /** The base model's log-probability of each token over its whole vocabulary at temperature 1, in nats; `[T]`. */
  baseLogProbs: Float32Array;
  /** Probability that the base model puts outside the candidates at each step; `[T]`. */
  outside: Float32Array;
}
