/** What an action leads to. */
export interface Transition {
  next: number;
  reward: number;
  /** Whether the episode ends in `next`. */
  terminated: boolean;
}

/** A deterministic Markov decision process that is known: states and actions are numbered from 0. */
export interface TabularModel {
  readonly states: number;
  readonly actions: number;
  /** Episodes end in a terminal state: no action is taken there, and its values are 0. */
  isTerminal(state: number): boolean;
  /** @param state Not terminal. */
  transition(state: number, action: number): Transition;
}
