import { calibrateBeta } from '../../agent/index.js';
import type { TextRunConfig } from '../../config/index.js';
import type { Actor } from '../../env/index.js';
import { scorePolicy } from '../../eval/index.js';
import { longestEpisode, type TextPrompt, type TextTask } from '../../sample/index.js';
import type { Watch } from '../observer.js';

/** Completions for one measurement of the KL, the answers of a dialogue counted one by one. */
const COMPLETIONS = 128;

/** Most measurements, and how much of the budget is close enough to stop at: each measurement is a rollout. */
const SEARCH = { evaluations: 6, closeEnough: 0.92 };

/**
 * The largest sampling beta whose KL per token on the calibration prompts stays within `klBudget`. The upper end of
 * the measurement's 95% interval counts, so that the KL on new prompts stays within the budget too. With the `teacher`
 * target it is at most `policy.beta`.
 */
export async function calibrate(
  task: TextTask,
  prompts: readonly TextPrompt[],
  actorAt: (beta: number) => Actor,
  config: TextRunConfig,
  { observer, signal }: Watch,
): Promise<{ beta: number; kl: number }> {
  const samples = Math.max(1, Math.round(COMPLETIONS / (prompts.length * (config.env.turns ?? 1))));
  observer.phase?.('calibrating', SEARCH.evaluations * prompts.length * samples * longestEpisode(config.env));
  const measure = async (beta: number) => {
    const scores = await scorePolicy(task, prompts, actorAt(beta), {
      samples,
      purpose: 'calibrate',
      onTokens: (count) => observer.played?.(count),
      signal,
    });
    return scores.klInterval.high;
  };
  const start = config.policy.type === 'guided' ? config.policy.beta : 10;
  // A head that follows a teacher is fitted for the beta that it was trained at: a larger one would overshoot.
  const largest = config.agent.target.type === 'teacher' ? { largest: start } : {};
  return calibrateBeta(measure, { budget: config.klBudget, start, ...largest, ...SEARCH });
}
