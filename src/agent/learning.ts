import type { RandomStream } from '../common/index.js';
import type { AgentConfig, PolicyConfig } from '../config/index.js';
import type { ReplayBuffer, Trajectory } from '../replay/index.js';
import type { Adam } from './adam.js';
import type { Tf } from './backend.js';
import { type StateRef, valueInputs } from './inputs.js';
import { mlp, type Weights } from './mlp.js';
import type { ActionRows, Centring } from './rows.js';
import type { Standardisation } from './standardise.js';
import type { TargetNetwork } from './targetNetwork.js';

/** What the updates of one step work with. */
export interface Learning {
  tf: Tf;
  agent: AgentConfig;
  policy: PolicyConfig;
  rows: ActionRows;
  input: Standardisation;
  replay: ReplayBuffer;
  /** Exponent of a prioritised replay's importance weights in this step. */
  importance: number;
  /** The nets being learned, with their optimizers. */
  g: Adam;
  v: Adam;
  target: TargetNetwork;
  /** Draws the minibatches of this step. */
  random: RandomStream;
  /** The centred row of each step of an episode, `[T, d]`, kept while the episode is. */
  centred(episode: Trajectory, centring: Centring): Float32Array;
}

/** What one step's updates came to. */
export interface LearningMeans {
  loss: number;
  valueLoss: number;
  /** Mean global gradient norm of `g` before clipping. */
  gradNorm: number;
}

/** Most states in one forward pass. */
const CHUNK = 4096;

/**
 * Runs a net over many inputs, some thousands at a time.
 * @param inputsOf makes the net's input, `[n, width]`, from states
 * @returns `[states, outputs]`
 */
export async function forward(
  tf: Tf,
  weights: Weights,
  states: readonly StateRef[],
  inputsOf: (states: readonly StateRef[]) => Float32Array,
): Promise<Float32Array> {
  const width = weights[0].shape[0];
  const outputs = weights[weights.length - 1].size;
  const all = new Float32Array(states.length * outputs);
  for (let first = 0; first < states.length; first += CHUNK) {
    const chunk = states.slice(first, first + CHUNK);
    const y = tf.tidy(() => mlp(tf, weights, tf.tensor2d(inputsOf(chunk), [chunk.length, width])));
    all.set(await y.data<'float32'>(), first * outputs);
    y.dispose();
  }
  return all;
}

/** `v` of states; `[states]`. */
export function stateValues(
  { tf, input }: Learning,
  weights: Weights,
  states: readonly StateRef[],
): Promise<Float32Array> {
  return forward(tf, weights, states, (chunk) => valueInputs(chunk, input));
}
