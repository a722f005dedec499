import type { TextEnvConfig } from '../config/index.js';
import type { Actor, TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { type RewardModel, scoreAll } from '../reward/index.js';
import { answerTexts, rewardItems, transcript } from './answers.js';
import { generateEpisodes } from './episodes.js';
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
  /** Of a dialogue, its answers with what was said between them. */
  completion: string;
  /** The texts of the answers: `completion` alone, but in a dialogue. */
  answers: readonly string[];
  /** The scores of the answers. */
  rewards: readonly number[];
  /** Their mean. */
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

/**
 * Generates `samples` completions of every prompt with `actor`, and scores them; those of a prompt side by side. The
 * score of a dialogue is the mean of its answers'.
 */
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
  const answers = episodes.map((episode) => answerTexts(lm, env, episode));
  const items = episodes.map((episode, i) => rewardItems(prompts[episode.prompt], episode, answers[i]));
  const scores = await scoreAll(task.reward, items.flat());
  let first = 0;
  return episodes.map((episode, i) => {
    const rewards = Array.from(scores.subarray(first, first + items[i].length));
    first += items[i].length;
    const prompt = prompts[episode.prompt];
    return {
      prompt,
      completion: transcript(prompt, answers[i]),
      answers: answers[i],
      rewards,
      reward: rewards.reduce((a, b) => a + b) / rewards.length,
      episode,
    };
  });
}
