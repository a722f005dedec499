import type { RandomStream, Standardisation } from '../../common/index.js';
import type { AgentConfig, PolicyConfig } from '../../config/index.js';
import type { ReplayBuffer, Trajectory } from '../../replay/index.js';
import type { Tf } from '../compute/backend.js';
import type { ActionRows, Centring } from '../head/rows.js';
import { decodeValues } from '../head/valueHead.js';
import type { ResolvedPolicy } from '../policies/index.js';
import type { HeadSpec } from '../types.js';
import type { Adam } from './adam.js';
import { type StateRef, stateInputs } from './inputs.js';
import type { Net } from './net.js';
import type { TargetNetwork } from './targetNetwork.js';

/** An advantage and a value net being learned, with their optimizers and target networks. */
export interface Critic {
  g: Adam;
  v: Adam;
  target: TargetNetwork;
}

/** What the updates of one step work with. */
export interface Learning {
  tf: Tf;
  agent: AgentConfig;
  policy: PolicyConfig;
  /** The policy that acts at present. */
  acting: ResolvedPolicy;
  spec: HeadSpec;
  rows: ActionRows;
  input: Standardisation;
  replay: ReplayBuffer;
  /** Exponent of a prioritised replay's importance weights in this step. */
  importance: number;
  /** One critic or two; the first one acts. */
  critics: readonly [Critic, ...Critic[]];
  /** Draws the minibatches of this step. */
  random: RandomStream;
  /** The centred row of each step of an episode, `[T, actionSize]`, kept while the episode is. */
  centred(episode: Trajectory, centring: Centring): Float32Array;
}

/** What one step's updates came to. */
export interface LearningMeans {
  loss: number;
  /** Of the value, where there is one to learn. */
  valueLoss?: number;
  /** Mean global gradient norm of `g` before clipping. */
  gradNorm: number;
}

/** Most states in one forward pass. */
const CHUNK = 4096;

/** Runs a net over many states, some thousands at a time; `[states, outputs]`. */
export async function forward(
  { tf, input }: Learning,
  net: Net,
  states: readonly StateRef[],
): Promise<Float32Array> {
  const all = new Float32Array(states.length * net.outputs);
  for (let first = 0; first < states.length; first += CHUNK) {
    const chunk = states.slice(first, first + CHUNK);
    const y = tf.tidy(() => net.run(stateInputs(chunk, input, net.inputs)).output);
    all.set(await y.data<'float32'>(), first * net.outputs);
    y.dispose();
  }
  return all;
}

/** `v` of states by a value net; `[states]`. */
export async function stateValues(
  learning: Learning,
  net: Net,
  states: readonly StateRef[],
): Promise<Float32Array> {
  return decodeValues(learning.spec.critic, await forward(learning, net, states));
}
