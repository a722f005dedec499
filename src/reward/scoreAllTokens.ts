import {
  callReward,
  count,
  describe,
  describeScore,
  fail,
  isFiniteNumber,
  listOf,
} from './scoreAllChecks.js';
import { excerpt } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

/** A reward that tells how good each token is. */
export type TokenRewardModel = RewardModel & Required<Pick<RewardModel, 'scoreTokens'>>;

/** Whether a reward tells how good each token is. */
export function scoresTokens(model: RewardModel): model is TokenRewardModel {
  return model.scoreTokens !== undefined;
}

/**
 * Scores every token of `items`, and checks what comes back.
 * @returns For each item, in order, one finite number per token: `[items][tokens]`.
 * @throws InputError naming the reward, and the first item whose list has another length than its tokens or holds what is
 * no finite number, when `scoreTokens` throws or returns anything but one list per item.
 */
export async function scoreAllTokens(
  model: TokenRewardModel,
  items: readonly RewardItem[],
): Promise<Float32Array[]> {
  const returned = await callReward(model, items, () => model.scoreTokens(items));
  const lists = listOf(returned);
  if (lists === undefined) {
    fail(model, `scoreTokens returned ${describe(returned)}, not a list of lists of numbers`);
  }
  if (lists.length !== items.length) {
    fail(
      model,
      `scoreTokens returned ${count(lists.length, 'list')} for ${count(items.length, 'completion')}`,
    );
  }
  return items.map((item, i) => tokenScores(model, item, i, lists[i]));
}

function tokenScores(model: RewardModel, item: RewardItem, i: number, returned: unknown): Float32Array {
  const { tokens, completion } = item;
  const scores = listOf(returned);
  const where = `; its completion: ${excerpt(completion)}`;
  if (scores === undefined) {
    fail(model, `scoreTokens gave item ${i} ${describe(returned)}, not a list of numbers${where}`);
  }
  if (scores.length !== tokens.length) {
    const lengths = `${count(scores.length, 'number')} for ${count(tokens.length, 'token')}`;
    fail(model, `scoreTokens gave item ${i} ${lengths}${where}`);
  }
  return Float32Array.from(tokens, (_, t) => {
    const score = scores[t];
    if (isFiniteNumber(score)) return score;
    fail(
      model,
      `the score of token ${t} of item ${i} is ${describeScore(score)}, not a finite number${where}`,
    );
  });
}
