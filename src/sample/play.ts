import type { TextEnvConfig } from '../config/index.js';
import type { Actor, TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { type RewardItem, type RewardModel, scoreAll } from '../reward/index.js';
import { episodeText, generateEpisodes } from './episodes.js';
import type { TextPrompt } from './prompts.js';

/** A text task: what generates, and what scores it. */
export interface TextTask {
  lm: Lm;
  reward: RewardModel;
  env: TextEnvConfig;
  seed: number;
}

/** An episode with its text and its score. */
export interface ScoredEpisode {
  prompt: TextPrompt;
  completion: string;
  reward: number;
  episode: TextEpisode;
}

export interface PlayOptions {
  samples: number;
  /** What the random numbers are for, such as `train` or `eval`. */
  purpose: string;
  iteration: number;
  /** Called with the number of new tokens. */
  onTokens?: ((count: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Generates `samples` completions of every prompt with `actor`, and scores them; those of a prompt side by side. */
export async function play(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
  options: PlayOptions,
): Promise<ScoredEpisode[]> {
  const { lm, env, seed } = task;
  const { samples, purpose, iteration, onTokens, signal } = options;
  const episodes = await generateEpisodes(lm, prompts, actor, env, {
    samples,
    purpose,
    iteration,
    seed,
    ...(onTokens ? { onToken: () => onTokens(1) } : {}),
    ...(signal ? { signal } : {}),
  });
  const completions = episodes.map((episode) => episodeText(lm, env, episode));
  const items = episodes.map((episode, i): RewardItem => {
    const { text, messages, row } = prompts[episode.prompt];
    return {
      prompt: text,
      completion: completions[i],
      tokens: episode.tokens,
      row,
      ...(messages ? { messages } : {}),
    };
  });
  const rewards = await scoreAll(task.reward, items);
  return episodes.map((episode, i) => ({
    prompt: prompts[episode.prompt],
    completion: completions[i],
    reward: rewards[i],
    episode,
  }));
}
