/**
 * One episode as the learner sees it: numbers only. `T` steps, `d` the state's size, `k` candidate actions a
 * step. State `t + 1` is stored once, as the next row.
 */
export interface Trajectory {
  /** Number of actions, `T`. */
  length: number;
  /** `[T, d]`, or `[T + 1, d]` when truncated: the last row is then the state to bootstrap from. */
  states: Float32Array;
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
  /**
   * True when the episode ended by itself, false when it was cut off: then `states`, `candidates` and
   * `reference` have one more row, that of the state to bootstrap from.
   */
  terminated: boolean;
  /** Episodes of one prompt in one iteration share a group; the group baseline averages over it. */
  group: number;
  /** Training iteration that made it. */
  iteration: number;
  /** Longest possible episode, `T_max`: the value net is told `t / T_max`. */
  horizon: number;
}
