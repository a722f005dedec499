import { createActor, policyAt, type ResolvedPolicy, withoutExploration } from '../agent/index.js';
import { Interrupted, randomStream } from '../common/index.js';
import type { WorldConfig } from '../config/index.js';
import { type Actor, draw, VectorEnvironment, worldBatch } from '../env/index.js';
import { configuredEnvironment } from './configuredEnvironment.js';
import { type GridWorldView, type ValueSource, viewGridWorld } from './gridWorldView.js';
import { openWorldHead, type TrainedWorldRun } from './worldRun.js';

export interface InspectEpisodeOptions {
  /** The environment is reset with it; default 0. */
  seed?: number;
  /** Steps to show; default 20. The episode is played to its end. */
  steps?: number;
  signal?: AbortSignal;
}

/** One action of a state. */
export interface ActionView {
  action: string;
  /** `A(s, a)`. */
  advantage: number;
  /** `Q(s, a) = v(s) + A(s, a)`. */
  q: number;
  taken: boolean;
}

/** One state of an episode and the action taken there. */
export interface WorldStepView {
  observation: number[];
  /** `v(s)`. */
  value: number;
  actions: ActionView[];
  /** What the action gave. */
  reward: number;
}

/** An episode that the trained policy played without exploration. */
export interface EpisodeView {
  environment: string;
  seed: number;
  /** The policy that acted, such as `greedy`. */
  policy: ResolvedPolicy['type'];
  /** The first steps. */
  steps: WorldStepView[];
  /** Sum of the rewards of the whole episode, undiscounted. */
  return: number;
  /** Its steps. */
  length: number;
  end: 'terminated' | 'truncated';
}

/** The Q table of a run in a grid world, beside value iteration's. */
export async function inspectGridWorld(run: TrainedWorldRun): Promise<GridWorldView> {
  const head = await openWorldHead(run, await openCopy(run.config.env));
  try {
    return await viewGridWorld(head, run.config);
  } finally {
    await head.release();
  }
}

/**
 * Plays an episode in the environment of a run and shows what the head thinks at each of its first steps.
 * @throws Interrupted when the signal aborts.
 */
export async function inspectEpisode(
  run: TrainedWorldRun,
  options: InspectEpisodeOptions = {},
): Promise<EpisodeView> {
  const env = await openCopy(run.config.env);
  const head = await openWorldHead(run, env);
  const policy = withoutExploration(policyAt(run.config.policy, 1));
  try {
    const played = await play(env, head, createActor(head, policy), options);
    return { environment: run.config.env.type, policy: policy.type, ...played };
  } finally {
    await head.release();
  }
}

/** One copy of an environment. */
async function openCopy(config: WorldConfig): Promise<VectorEnvironment> {
  return VectorEnvironment.make(await configuredEnvironment(config), 1);
}

async function play(
  env: VectorEnvironment,
  head: ValueSource,
  actor: Actor,
  { seed = 0, steps: most = 20, signal }: InspectEpisodeOptions,
): Promise<Omit<EpisodeView, 'environment' | 'policy'>> {
  const random = randomStream(seed, 'act-inspect');
  const steps: WorldStepView[] = [];
  let sum = 0;
  let observations = await env.reset([seed]);
  for (let length = 1; ; length++) {
    if (signal?.aborted) throw new Interrupted('stopped');
    const batch = worldBatch(observations, env);
    const taken = draw(await actor.probabilities(batch), 0, batch.k, random);
    const state = length <= most ? await viewState(head, batch.states, env, taken) : undefined;
    const { rewards, terminated, truncated, observations: after } = await env.step([taken]);
    if (state) steps.push({ ...state, reward: rewards[0] });
    sum += rewards[0];
    observations = after;
    const end = terminated[0] ? 'terminated' : truncated[0] ? 'truncated' : undefined;
    if (end) return { seed, steps, return: sum, length, end };
  }
}

async function viewState(
  head: ValueSource,
  observation: Float32Array,
  env: VectorEnvironment,
  taken: number,
): Promise<Omit<WorldStepView, 'reward'>> {
  const batch = worldBatch(observation, env);
  const advantages = await head.advantages(batch);
  const [value] = await head.values(batch.states, batch.progress);
  return {
    observation: Array.from(observation),
    value,
    actions: env.actions.map((action, a) => {
      const advantage = advantages[a];
      return { action, advantage, q: value + advantage, taken: a === taken };
    }),
  };
}
