import type { Actor } from '../../env/index.js';
import { distinctN } from '../../eval/index.js';
import type { Trajectory } from '../../replay/index.js';
import {
  longestEpisode,
  type PlayOptions,
  play,
  type ScoredEpisode,
  type TextPrompt,
  type TextTask,
} from '../../sample/index.js';
import type { Batch } from '../workload.js';

/** How many of a step's episodes go to `samples.jsonl`. */
const LOGGED_SAMPLES = 4;

/** Plays a training step's episodes and turns them into trajectories; an answer's reward arrives at its last token. */
export async function collect(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
  options: PlayOptions,
): Promise<Batch> {
  // Numbered anew, so that a prompt that comes twice in one step is sampled with other random numbers.
  const numbered = prompts.map((prompt, id) => ({ ...prompt, id }));
  const episodes = await play(task, numbered, actor, options);
  const horizon = longestEpisode(task.env);
  const actions = sum(episodes, ({ episode }) => episode.taken.length);
  const tokens = sum(episodes, ({ episode }) => episode.tokens.length);
  return {
    trajectories: episodes.map((scored) => toTrajectory(scored, horizon, options.iteration)),
    played: tokens,
    reward: sum(episodes, ({ reward }) => reward) / episodes.length,
    kl: sum(episodes, ({ episode }) => total(episode.kl)) / actions,
    metrics: {
      distinct2: distinctN(
        episodes.flatMap(({ answers }) => answers),
        2,
      ),
      length: tokens / episodes.length,
      outside: sum(episodes, ({ episode }) => total(episode.outside)) / actions,
    },
    samples: episodes
      .slice(0, LOGGED_SAMPLES)
      .map(({ prompt, completion, reward }) => ({ prompt: prompt.text, completion, reward })),
    after: undefined,
  };
}

/**
 * A text episode as the learner sees it. Reaching the token limit ends it, so it is always terminated. The rewards of a
 * dialogue's answers are divided by their number, so that its return is their mean, whatever its length.
 */
export function toTrajectory(
  { episode, rewards: scores }: Pick<ScoredEpisode, 'episode' | 'rewards'>,
  horizon: number,
  iteration: number,
): Trajectory {
  const { states, candidates, taken, reference, behaviour, kl, prompt, answerEnds } = episode;
  const rewards = new Float32Array(taken.length);
  answerEnds.forEach((end, answer) => {
    rewards[end - 1] = scores[answer] / scores.length;
  });
  return {
    length: taken.length,
    start: 0,
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
