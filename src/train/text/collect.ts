import type { Actor } from '../../env/index.js';
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
import { textMetrics } from './stepMetrics.js';
import type { Teacher } from './teacher.js';

/** The least normal 32-bit float. */
const LEAST = 2 ** -126;

/** How many of a step's episodes go to `samples.jsonl`. */
const LOGGED_SAMPLES = 4;

/**
 * Plays a training step's episodes and turns them into trajectories. An answer's reward arrives at its last token, or token
 * by token where the reward scores tokens.
 */
export async function collect(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actor: Actor,
  options: PlayOptions,
  teacher?: Teacher,
): Promise<Batch> {
  // Numbered anew, so that a prompt that comes twice in one step is sampled with other random numbers.
  const numbered = prompts.map((prompt, id) => ({ ...prompt, id }));
  const episodes = await play(task, numbered, actor, options);
  const horizon = longestEpisode(task.env);
  const actions = sum(episodes, ({ episode }) => episode.taken.length);
  const tokens = sum(episodes, ({ episode }) => episode.tokens.length);
  const { reward, ...metrics } = textMetrics(episodes);
  const told = await teacher?.tell(episodes, options.signal);
  return {
    trajectories: episodes.map((scored, i) => ({
      ...toTrajectory(scored, horizon, options.iteration),
      ...(told ? { teacher: told[i] } : {}),
    })),
    played: tokens,
    reward,
    kl: sum(episodes, ({ episode }) => total(episode.kl)) / actions,
    metrics: {
      ...metrics,
      ...(told ? { teacherKl: teacherKl(episodes, told) } : {}),
      length: tokens / episodes.length,
      outside: sum(episodes, ({ episode }) => total(episode.outside)) / actions,
    },
    samples: episodes
      .slice(0, LOGGED_SAMPLES)
      .map(({ prompt, completion, reward }) => ({ prompt: prompt.text, completion, reward })),
    after: undefined,
  };
}

/** Mean KL of the acting policy from the teacher, `KL(teacher, pi)` over the candidates, in nats per token. */
export function teacherKl(
  episodes: readonly Pick<ScoredEpisode, 'episode'>[],
  teacher: readonly Float32Array[],
): number {
  const all = episodes.flatMap(({ episode: { behaviour, taken } }, i) => {
    const k = behaviour.length / taken.length;
    return Array.from(taken, (_, step) => divergence(teacher[i], behaviour, step * k, k));
  });
  return all.reduce((a, b) => a + b, 0) / all.length;
}

/** KL(p, q) in nats over `length` outcomes; `p` as log-probabilities, `q` as probabilities. */
function divergence(logP: Float32Array, q: Float32Array, offset: number, length: number): number {
  let sum = 0;
  for (let i = offset; i < offset + length; i++) {
    // A probability that was rounded to 0 counts as the least there is.
    sum += Math.exp(logP[i]) * (logP[i] - Math.log(Math.max(q[i], LEAST)));
  }
  return Math.max(0, sum);
}

/**
 * A text episode as the learner sees it. Reaching the token limit ends it, so it is always terminated. The rewards of a
 * dialogue's answers are divided by their number, so that its return is their mean, whatever its length.
 */
export function toTrajectory(
  scored: Pick<ScoredEpisode, 'episode' | 'rewards' | 'tokenRewards'>,
  horizon: number,
  iteration: number,
): Trajectory {
  const { states, candidates, taken, reference, behaviour, kl, prompt } = scored.episode;
  return {
    length: taken.length,
    start: 0,
    states,
    candidates,
    taken,
    reference,
    behaviour,
    rewards: stepRewards(scored),
    kl,
    terminated: true,
    group: prompt,
    iteration,
    horizon,
  };
}

/** The reward of each step: of its token, or of an answer at its last. */
function stepRewards({
  episode: { taken, answerEnds },
  rewards,
  tokenRewards,
}: Pick<ScoredEpisode, 'episode' | 'rewards' | 'tokenRewards'>): Float32Array {
  if (tokenRewards !== undefined) return tokenRewards.map((reward) => reward / rewards.length);
  const steps = new Float32Array(taken.length);
  answerEnds.forEach((end, answer) => {
    steps[end - 1] = rewards[answer] / rewards.length;
  });
  return steps;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function total(values: Float32Array): number {
  return values.reduce((a, b) => a + b, 0);
}
