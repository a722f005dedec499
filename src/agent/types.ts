import type { NamedTensors } from '../common/index.js';
import type { AgentConfig, CriticConfig, PolicyConfig, ReplayConfig } from '../config/index.js';
import type { Trajectory } from '../replay/index.js';
import type { ConvLayer } from './compute/conv.js';
import type { ResolvedPolicy } from './policies/index.js';

/**
 * The head's weights. `input.mean` and `input.scale` `[d]` standardise the state; `g.0.weight` `[in, out]`,
 * `g.0.bias` `[out]`, `g.1.weight`, ... are the advantage's layers and `v.*` the value's, `g2.*` and `v2.*` those of a
 * second critic.
 */
export type HeadTensors = NamedTensors;

/** What a head is made of; kept with its weights. */
export interface HeadSpec {
  /** Whether `e_a` are the `lm_head`'s rows, or one output of `g` belongs to each action. */
  type: 'tied' | 'dense';
  /** Size of a state, `d`. */
  stateSize: number;
  /** Size of `g`'s output and of an action's row: the `lm_head`'s width, or the number of actions. */
  actionSize: number;
  /** Units of the hidden layers of `g` and `v`. */
  hidden: number[];
  /** Convolutions before the hidden layers, and the shape `[height, width, channels]` of a state. */
  image?: { shape: number[]; layers: ConvLayer[] } | undefined;
  /** Whether states are standardised by those of the first batch. */
  standardise: boolean;
  /** Whether `v` is told how far the episode is, `t / T_max`. */
  progress: boolean;
  /** Whether advantages are read centred by their mean: `Q = v + A` with `A = g . e_a - mean`, else `A = g . e_a`. */
  centred: boolean;
  /** What `v` gives. */
  critic: CriticConfig;
  /** Whether there is a second critic. */
  twin: boolean;
  /** The rows are multiplied by this before the dot product: `1 / (std(rows) * sqrt(d))` for the `lm_head`'s, else 1. */
  rowScale: number;
}

/** The actions' rows: those of an `lm_head`, which are loaded as they are needed, or a dense head's. */
export interface RowSource {
  /**
   * `[actions, actionSize]`, on shared memory so that the learner's thread needs no copy; zeros where a row is not loaded.
   */
  readonly data: Float32Array<SharedArrayBuffer>;
  /** Makes sure that the rows of some actions are in `data`. */
  load(actions: ArrayLike<number>): Promise<void>;
}

/** What one call of {@link Learner.learn} did. */
export interface LearnReport {
  /**
   * Mean loss of the advantage (with the `value` target), of Q, or with the `teacher` target the mean divergence in nats;
   * undefined, as the next two, before `agent.learningStarts` transitions are there.
   */
  loss?: number;
  /**
   * Mean loss of the value net (with the `value` and `ilql` targets), or else equal to `loss`; undefined with the
   * `teacher` target, which leaves the value net as it is.
   */
  valueLoss?: number;
  /** Mean global norm of the advantage net's gradient before clipping; each net is clipped by its own. */
  gradNorm?: number;
  /** Updates so far in the run: of the value net, or with the `teacher` target of the advantage. */
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
  /** The policy that acts at present, which the `expected` target evaluates; default: the one configured. */
  policy?: ResolvedPolicy;
}

/** Everything that is needed to go on as if never stopped. */
export interface LearnerState {
  head: HeadTensors;
  /** The target networks: `v.*`, and `g.*` where Q is bootstrapped from; `v2.*` and `g2.*` of a second critic. */
  target: HeadTensors;
  /** Adam's moments, `NAME.m` and `NAME.v`, and its counters, `g.step`, `v.step`, ... */
  optimizer: HeadTensors;
  /** The replay's trajectories, with their priorities where it is prioritised, packed. */
  replay: Uint8Array;
  updates: number;
}

export interface LearnerOptions {
  agent: AgentConfig;
  replay: ReplayConfig;
  policy: PolicyConfig;
  spec: HeadSpec;
  /** The actions' rows, unscaled; those of trajectories are loaded before the learner reads them. */
  rows: RowSource;
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
