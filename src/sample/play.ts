import type { TextEnvConfig } from '../config/index.js';
import type { Actor, TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import {
  type RewardItem,
  type RewardModel,
  scoreAll,
  scoreAllTokens,
  scoresTokens,
} from '../reward/index.js';
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
  /**
   * Where the reward scores tokens: the score of each, one answer's after the other's, which add up to `rewards`; `[T]`. A
   * choice is one step, and has none.
   */
  tokenRewards?: Float32Array;
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
 * score of an answer is the sum of its tokens' where the reward scores those, and that of a dialogue the mean of its
 * answers'.
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
  const scores = await scoreAnswers(task.reward, items.flat());
  let first = 0;
  return episodes.map((episode, i) => {
    const own = scores.slice(first, first + items[i].length);
    first += own.length;
    const rewards = own.map(({ score }) => score);
    const tokens = own.map((answer) => answer.tokens);
    const ofTokens = tokens.every((some) => some !== undefined) && !env.actions;
    const prompt = prompts[episode.prompt];
    return {
      prompt,
      completion: transcript(prompt, answers[i]),
      answers: answers[i],
      rewards,
      reward: rewards.reduce((a, b) => a + b) / rewards.length,
      ...(ofTokens ? { tokenRewards: concatenated(tokens) } : {}),
      episode,
    };
  });
}

interface AnswerScore {
  score: number;
  /** `[tokens]`, where the reward scores them. */
  tokens?: Float32Array;
}

async function scoreAnswers(reward: RewardModel, items: readonly RewardItem[]): Promise<AnswerScore[]> {
  if (!scoresTokens(reward)) return Array.from(await scoreAll(reward, items), (score) => ({ score }));
  const lists = await scoreAllTokens(reward, items);
  return lists.map((tokens) => ({ score: tokens.reduce((a, b) => a + b, 0), tokens }));
}

function concatenated(lists: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}
