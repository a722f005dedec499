/** States at half precision, as a replay can keep them: the bits of IEEE 16-bit floating-point numbers. */
export interface Float16States {
  bits: Uint16Array;
}

/** States of either precision; `readState` reads both. */
export type States = Float32Array | Float16States;

/**
 * One episode, or a piece of one, as the learner sees it: numbers only. `T` steps, `d` the state's size, `k` candidate
 * actions a step. State `t + 1` is stored once, as the next row.
 */
export interface Trajectory {
  /** Number of actions, `T`. */
  length: number;
  /** Step of the episode at which it begins: 0, but in the later pieces of an episode that is stored in pieces. */
  start: number;
  /**
   * `[T, d]`, or `[T + 1, d]` when truncated: the last row is then the state to bootstrap from. Collected at single
   * precision; a replay may keep them at half.
   */
  states: States;
  /** Ids of the candidate actions; one row for each row of `states`, `[T, k]` or `[T + 1, k]`. */
  candidates: Int32Array;
  /** Which candidate was taken; `[T]`. */
  taken: Int32Array;
  /** Log-probability of each candidate under the base policy `pi_ref`; a row for each row of `states`. */
  reference: Float32Array;
  /** Probability of each candidate under the policy that acted; `[T, k]`. */
  behaviour: Float32Array;
  /** `[T]`. */
  rewards: Float32Array;
  /** KL(behaviour, pi_ref) at each state, in nats; `[T]`. */
  kl: Float32Array;
  /** Log-probability of each candidate under a teacher, renormalised over them, where there is one; `[T, k]`. */
  teacher?: Float32Array;
  /**
   * True when the episode ended by itself, false when it was cut off or goes on in another piece: then `states`,
   * `candidates` and `reference` have one more row, that of the state to bootstrap from.
   */
  terminated: boolean;
  /** Episodes of one prompt in one iteration share a group; the group baseline averages over it. */
  group: number;
  /** Training iteration that made it. */
  iteration: number;
  /** Longest possible episode, `T_max`: the value net is told `t / T_max`. */
  horizon: number;
}
