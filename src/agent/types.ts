import type { AgentConfig, PolicyConfig, RunConfig } from '../config/index.js';
import type { Trajectory } from '../replay/index.js';

/** A named tensor on the JavaScript side. */
export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/**
 * The head's weights. `input.mean` and `input.scale` `[d]` standardise the state; `g.0.weight` `[in, out]`,
 * `g.0.bias` `[out]`, `g.1.weight`, ... are the advantage's layers and `v.*` the value's.
 */
export type HeadTensors = Record<string, NamedTensor>;

/** What a head is made of; kept with its weights. */
export interface HeadSpec {
  /** Size of a state and of an action's row, `d`. */
  stateSize: number;
  /** Units of the hidden layers of `g` and `v`. */
  hidden: number[];
  /** The `lm_head` rows are multiplied by this before the dot product: `1 / (std(rows) * sqrt(d))`. */
  rowScale: number;
}

/** What one call of {@link Learner.learn} did. */
export interface LearnReport {
  /** Mean loss of the advantage (with the `value` target) or of Q (with the others). */
  loss: number;
  /** Mean loss of the value net; equal to `loss` where Q is learned jointly. */
  valueLoss: number;
  /** Mean global norm of the advantage net's gradient before clipping; each net is clipped by its own. */
  gradNorm: number;
  /** Updates of the value net so far in the run, those that the target network follows. */
  updates: number;
  /** Transitions in the replay. */
  replaySize: number;
  /** Wall time of the call in the learner, ms. */
  ms: number;
  /** The head after these updates. */
  head: HeadTensors;
}

/** Where in the run a call of {@link Learner.learn} stands. */
export interface LearnStep {
  /** What the learning rates are multiplied by; default 1. */
  rate?: number;
  /** Share of the run that is done, 0 to 1; default 0. It anneals the importance weights of a prioritised replay. */
  progress?: number;
}

/** Everything that is needed to go on as if never stopped. */
export interface LearnerState {
  head: HeadTensors;
  /** The target network: `v.*`, and `g.*` where Q is learned jointly. */
  target: HeadTensors;
  /** Adam's moments, `NAME.m` and `NAME.v`, and its counters, `g.step` and `v.step`. */
  optimizer: HeadTensors;
  /** The replay's trajectories, with their priorities where it is prioritised, packed. */
  replay: Uint8Array;
  updates: number;
}

export interface LearnerOptions {
  agent: AgentConfig;
  replay: RunConfig['replay'];
  policy: PolicyConfig;
  spec: HeadSpec;
  /** The `lm_head` rows, unscaled; `[vocab, d]`, on shared memory so that the learner's thread needs no copy. */
  rows: Float32Array<SharedArrayBuffer>;
  seed: number;
  /** Start from these weights and no optimizer state (`--init`). */
  initial?: HeadTensors;
}

/** Learns Q from trajectories, in a thread of its own. */
export interface Learner {
  /** The tfjs backend in use, such as `wasm`. */
  readonly backend: string;
  /**
   * Stores a batch of trajectories in the replay and makes one step's updates.
   * @throws InputError when a trajectory is malformed or longer than the replay.
   */
  learn(batch: readonly Trajectory[], iteration: number, at?: LearnStep): Promise<LearnReport>;
  snapshot(): Promise<LearnerState>;
  /** @throws InputError when the state is damaged or was made with another head. */
  restore(state: LearnerState): Promise<void>;
  /** Ends the thread; calls that wait are rejected. */
  close(): Promise<void>;
}
