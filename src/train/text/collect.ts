import type { Actor } from '../env/index.js';
import { distinctN } from '../eval/index.js';
import type { Trajectory } from '../replay/index.js';
import {
  type PlayOptions,
  play,
  type ScoredEpisode,
  type TextPrompt,
  type TextTask,
} from '../sample/index.js';

/** A step's episodes, for the learner and for the log. */
export interface Collected {
  trajectories: Trajectory[];
  episodes: ScoredEpisode[];
  tokens: number;
  reward: number;
  kl: number;
  distinct2: number;
  length: number;
  outside: number;
}

/** Plays a training step's episodes and turns them into trajectories; the reward arrives at the last token. */
export async function collect(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
  options: PlayOptions,
): Promise<Collected> {
  // Numbered anew, so that a prompt that comes twice in one step is sampled with other random numbers.
  const numbered = prompts.map((prompt, id) => ({ ...prompt, id }));
  const episodes = await play(task, numbered, actor, options);
  const tokens = sum(episodes, ({ episode }) => episode.tokens.length);
  return {
    trajectories: episodes.map((scored) => toTrajectory(scored, task.env.maxNewTokens, options.iteration)),
    episodes,
    tokens,
    reward: sum(episodes, ({ reward }) => reward) / episodes.length,
    kl: sum(episodes, ({ episode }) => total(episode.kl)) / tokens,
    distinct2: distinctN(
      episodes.map(({ completion }) => completion),
      2,
    ),
    length: tokens / episodes.length,
    outside: sum(episodes, ({ episode }) => total(episode.outside)) / tokens,
  };
}

/** Reaching the token limit ends a text episode, so every trajectory here is terminated. */
function toTrajectory(scored: ScoredEpisode, horizon: number, iteration: number): Trajectory {
  const { states, candidates, taken, reference, behaviour, kl, prompt } = scored.episode;
  const rewards = new Float32Array(taken.length);
  rewards[rewards.length - 1] = scored.reward;
  return {
    length: taken.length,
    states,
    candidates,
    taken,
    reference,
    behaviour,
    rewards,
    kl,
    terminated: true,
    group: prompt,
    iteration,
    horizon,
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function total(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
