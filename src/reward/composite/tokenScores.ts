import { scoreAllTokens } from '../scoreAllTokens.js';
import type { RewardItem } from '../types.js';
import { type Part, partScores, splitsByToken } from './parts.js';

/**
 * The sum of parts, token by token: those that score tokens do so, and the others' scores arrive at the last one (so not at
 * all in a completion without tokens).
 * @param penalty of the token at an index
 * @returns `[items][tokens]`
 */
export async function tokenScores(
  parts: readonly Part[],
  batch: readonly RewardItem[],
  penalty: (at: number) => number,
): Promise<Float64Array[]> {
  const sums = batch.map(({ tokens }) => Float64Array.from(tokens, (_, t) => -penalty(t)));
  const lists = await Promise.all(parts.map((part) => listsOf(part, batch)));
  for (const list of lists) {
    for (const [i, scores] of list.entries()) {
      const first = sums[i].length - scores.length;
      for (const [t, score] of scores.entries()) sums[i][first + t] += score;
    }
  }
  return sums;
}

/** A part's scores of each item's last tokens: of all of them, or of one. */
async function listsOf(part: Part, batch: readonly RewardItem[]): Promise<number[][]> {
  if (splitsByToken(part)) {
    const lists = await scoreAllTokens(part.model, batch);
    return lists.map((scores) => Array.from(scores, (score) => part.weight * score));
  }
  const scores = await partScores(part, batch);
  return scores.map((score, i) => (batch[i].tokens.length > 0 ? [score] : []));
}
