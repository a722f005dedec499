import {
  type BaseStep,
  commonPhrases,
  distinctN,
  mean,
  perplexity,
  repeatedCompletions,
  type StepMetrics,
} from '../../eval/index.js';
import type { ScoredEpisode } from '../../sample/index.js';

/** What `metrics.jsonl` says of a training step's completions, or of a dialogue's answers. */
export function textMetrics(
  episodes: readonly ScoredEpisode[],
): Pick<StepMetrics, keyof BaseStep | 'repeated'> {
  const answers = episodes.flatMap((episode) => episode.answers);
  const logProbs = episodes.flatMap(({ episode }) => Array.from(episode.baseLogProbs));
  const error = rewardError(episodes.map(({ episode, reward }) => ({ prompt: episode.prompt, reward })));
  const [phrase] = commonPhrases(answers, 1);
  const [repeated] = repeatedCompletions(answers, 1);
  return {
    reward: mean(episodes.map(({ reward }) => reward)),
    ...(error === undefined ? {} : { rewardError: error }),
    distinct2: distinctN(answers, 2),
    perplexity: perplexity(logProbs),
    ...(phrase ? { phrase } : {}),
    ...(repeated ? { repeated } : {}),
  };
}

/**
 * Standard error of the mean reward. A prompt's samples resemble each other, so it is that of the prompts' means, each of
 * as many samples; of the samples themselves where there is one prompt. A single sample has none.
 */
export function rewardError(samples: readonly { prompt: number; reward: number }[]): number | undefined {
  const byPrompt = new Map<number, number[]>();
  for (const { prompt, reward } of samples) byPrompt.set(prompt, [...(byPrompt.get(prompt) ?? []), reward]);
  const groups = [...byPrompt.values()];
  const values = groups.length > 1 ? groups.map(mean) : groups.flat();
  if (values.length < 2) return undefined;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}
