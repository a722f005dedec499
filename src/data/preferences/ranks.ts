import { byPrompt } from './byPrompt.js';
import type { ScoredCompletion } from './types.js';

/**
 * Turns ranks (1 is the best) into scores: those that the completions of a prompt have are spread evenly from 1 for the
 * best to -1 for the worst. A prompt with one rank alone tells nothing, and its score is 0.
 * @param ranked completions whose `reward` is the rank
 */
export function scoresOfRanks(ranked: readonly ScoredCompletion[]): ScoredCompletion[] {
  const scores = new Map<ScoredCompletion, number>();
  for (const group of byPrompt(ranked)) {
    const ranks = [...new Set(group.map(({ reward }) => reward))].sort((a, b) => a - b);
    const step = ranks.length > 1 ? 2 / (ranks.length - 1) : 0;
    const best = ranks.length > 1 ? 1 : 0;
    for (const completion of group) scores.set(completion, best - step * ranks.indexOf(completion.reward));
  }
  return ranked.map((completion) => ({ ...completion, reward: scores.get(completion) ?? 0 }));
}
