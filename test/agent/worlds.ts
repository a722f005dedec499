import { type ActionRows, candidateAdvantages } from '../../src/agent/head/rows.js';
import { decodeValues } from '../../src/agent/head/valueHead.js';
import {
  type ActionSpace,
  denseRows,
  headSpecOf,
  type ResolvedPolicy,
  writeProbabilities,
} from '../../src/agent/index.js';
import type { HeadTensors, LearnerOptions } from '../../src/agent/types.js';
import type { RandomStream } from '../../src/common/index.js';
import { runConfig } from '../../src/config/index.js';
import type { Collected } from '../replay/trajectories.js';

/** States and actions of the little worlds are one-hot vectors of this size. */
export const d = 4;

/** What the heads act on: `d` tokens whose rows are the identity. */
const tokens: ActionSpace = { tokens: true, stateSize: d, actionSize: d, rowScale: 1 };

/** Two actions that are no tokens: the head is dense, and its value is not told the time. */
export const twoActions = { tokens: false, actionSize: 2 };

/** Options of a learner with a small head and the agent's keys given. */
export function learnerOptions(
  agent: object,
  more: object = {},
  space: Partial<ActionSpace> = {},
): LearnerOptions {
  const head = { hidden: [32], ...Reflect.get(agent, 'head') };
  const config = runConfig.parse({ agent: { backend: 'wasm', ...agent, head }, ...more });
  const actions = { ...tokens, ...space };
  const { policy, replay } = config;
  return {
    agent: config.agent,
    policy,
    replay,
    spec: headSpecOf(config.agent, actions),
    rows: denseRows(actions.actionSize),
    seed: 1,
  };
}

/** One step of an episode in a world whose states and actions are numbers. */
export interface Step {
  state: number;
  action: number;
  reward: number;
}

/**
 * An episode with uniform base and behaviour policies.
 * @param cutOffAt the state that a truncated episode stops in
 */
export function episodeOf(steps: readonly Step[], actions: number, cutOffAt?: number): Collected {
  const states = [...steps.map(({ state }) => state), ...(cutOffAt === undefined ? [] : [cutOffAt])];
  return {
    length: steps.length,
    start: 0,
    states: Float32Array.from(
      states.flatMap((state) => Array.from({ length: d }, (_, i) => (i === state ? 1 : 0))),
    ),
    candidates: Int32Array.from(states.flatMap(() => Array.from({ length: actions }, (_, a) => a))),
    taken: Int32Array.from(steps, ({ action }) => action),
    reference: new Float32Array(states.length * actions).fill(-Math.log(actions)),
    behaviour: new Float32Array(steps.length * actions).fill(1 / actions),
    rewards: Float32Array.from(steps, ({ reward }) => reward),
    kl: new Float32Array(steps.length),
    terminated: cutOffAt === undefined,
    group: 0,
    iteration: 0,
    horizon: 10,
  };
}

/** A head's outputs by plain loops. */
function net(head: HeadTensors, name: 'g' | 'v', input: number[]): Float32Array {
  let x = Float32Array.from(input);
  for (let layer = 0; `${name}.${layer}.weight` in head; layer++) {
    const { shape, data } = head[`${name}.${layer}.weight`];
    const last = !(`${name}.${layer + 1}.weight` in head);
    const inputs = x.subarray(0, shape[0]);
    x = head[`${name}.${layer}.bias`].data.map((bias, j) => {
      const y = inputs.reduce((sum, value, i) => sum + value * data[i * shape[1] + j], bias);
      return last ? y : Math.max(0, y);
    });
  }
  return x;
}

function inputOf(head: HeadTensors, state: number): number[] {
  const { data: mean } = head['input.mean'];
  const { data: scale } = head['input.scale'];
  return Array.from({ length: d }, (_, i) => ((i === state ? 1 : 0) - mean[i]) * scale[i]);
}

/** `A(s, a)` of the first `actions` actions. */
export function advantagesOf(
  head: HeadTensors,
  { spec, rows }: LearnerOptions,
  state: number,
  actions: number,
): Float32Array {
  const actionRows: ActionRows = { data: rows.data, d: spec.actionSize, scale: 1 };
  const candidates = Int32Array.from({ length: actions }, (_, a) => a);
  const g = net(head, 'g', inputOf(head, state));
  return candidateAdvantages(g, candidates, actions, actionRows, spec.centred);
}

/** `V(s)` at the start of an episode, or at some share of it. */
export function stateValueOf(
  head: HeadTensors,
  { spec }: LearnerOptions,
  state: number,
  progress = 0,
): number {
  return decodeValues(spec.critic, net(head, 'v', [...inputOf(head, state), progress]))[0];
}

/** The probabilities of a policy over a head's advantages. */
export function act(policy: ResolvedPolicy, advantages: Float32Array): Float32Array {
  const into = new Float32Array(advantages.length);
  const reference = new Float32Array(advantages.length).fill(-Math.log(advantages.length));
  writeProbabilities(policy, { reference, advantages }, into);
  return into;
}

/** Draws an index with the probabilities given. */
export function draw(probabilities: Float32Array, random: RandomStream): number {
  let left = random.next();
  return Math.max(
    0,
    probabilities.findIndex((probability) => {
      left -= probability;
      return left < 0;
    }),
  );
}
