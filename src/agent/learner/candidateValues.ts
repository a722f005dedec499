import { shapeOf } from '../../replay/index.js';
import { candidateAdvantages } from '../head/rows.js';
import { decodeValues } from '../head/valueHead.js';
import type { StateRef } from './inputs.js';
import { type Critic, forward, type Learning } from './learning.js';
import type { Net } from './net.js';

/** What a critic says of some states. */
export interface CandidateValues {
  /** `Q(s, a)` of every candidate; `[states, k]`. */
  q: Float32Array;
  /** `[states]`. */
  values: Float32Array;
  /** What `v` gives; `[states, outputs]`. */
  raw: Float32Array;
}

/** Values every candidate of some states by a critic's target network. */
export async function targetValues(
  learning: Learning,
  { target: { g, v } }: Critic,
  states: readonly StateRef[],
): Promise<CandidateValues> {
  if (!g) throw new Error('the target network has no advantage net');
  const { k } = shapeOf(states[0].trajectory);
  const raw = await forward(learning, v, states);
  const values = decodeValues(learning.spec.critic, raw);
  const q = await stateAdvantages(learning, g, states);
  for (let i = 0; i < q.length; i++) q[i] += values[Math.floor(i / k)];
  return { q, values, raw };
}

/** `A(s, a)` of every candidate of some states by an advantage net; `[states, k]`. */
export async function stateAdvantages(
  learning: Learning,
  net: Net,
  states: readonly StateRef[],
): Promise<Float32Array> {
  const { k } = shapeOf(states[0].trajectory);
  const g = await forward(learning, net, states);
  return candidateAdvantages(g, candidateIds(states), k, learning.rows, learning.spec.centred);
}

/** Ids of the candidates of some states; `[states, k]`. */
export function candidateIds(states: readonly StateRef[]): Int32Array {
  const { k } = shapeOf(states[0].trajectory);
  const ids = new Int32Array(states.length * k);
  states.forEach(({ trajectory, step }, i) => {
    ids.set(trajectory.candidates.subarray(step * k, (step + 1) * k), i * k);
  });
  return ids;
}
