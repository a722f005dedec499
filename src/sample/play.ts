import type { RunConfig } from '../config/index.js';
import { type Actor, rollout, type TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { type RewardItem, type RewardModel, scoreAll } from '../reward/index.js';
import type { TextPrompt } from './prompts.js';
import { cutAtStop } from './stopTexts.js';

/** A text task: what generates, and what scores it. */
export interface TextTask {
  lm: Lm;
  reward: RewardModel;
  env: RunConfig['env'];
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
  const { lm, env } = task;
  const { onTokens, signal } = options;
  const episodes = await rollout(
    lm,
    prompts.map(({ tokens }) => tokens),
    actor,
    {
      samples: options.samples,
      maxNewTokens: env.maxNewTokens,
      topK: env.topK,
      temperature: env.temperature,
      stop: env.stop,
      seed: task.seed,
      purpose: options.purpose,
      iteration: options.iteration,
      promptIds: prompts.map(({ id }) => id),
      ...(onTokens ? { onToken: () => onTokens(1) } : {}),
      ...(signal ? { signal } : {}),
    },
  );
  const completions = episodes.map(({ tokens }) => completionText(lm, tokens, env.stop));
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

/** The text of generated tokens, up to the first stop text. */
export function completionText(lm: Lm, tokens: readonly number[], stop: readonly string[]): string {
  return cutAtStop(lm.tokenizer.decode(tokens), stop).text;
}
