/** The candidates of one state, as a policy over them sees them; `[k]` each. */
export interface CandidateRow {
  /** Log-probabilities under `pi_ref`. */
  reference: Float32Array;
  /** Advantages, or Q: the state's value is the same for all candidates and changes no policy. */
  advantages: Float32Array;
}

/** A policy whose knobs are set: what `createActor` makes an actor from. */
export type ResolvedPolicy =
  | { type: 'reference' }
  | { type: 'guided'; beta: number }
  | { type: 'greedy' }
  | { type: 'epsilon-greedy'; epsilon: number; draw: 'reference' | 'uniform' }
  | { type: 'boltzmann'; temperature: number };
