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

/**
 * Scores `items`, and checks what comes back.
 * @returns One finite score per item, in order.
 * @throws InputError naming the reward, and the first item whose score is no finite number, when `score` throws or
 * returns anything but one number per item.
 */
export async function scoreAll(model: RewardModel, items: readonly RewardItem[]): Promise<Float32Array> {
  const returned = await callReward(model, items, () => model.score(items));
  const scores = listOf(returned);
  if (scores === undefined) {
    fail(model, `score returned ${describe(returned)}, not a list of numbers`);
  }
  if (scores.length !== items.length) {
    fail(model, `score returned ${count(scores.length, 'number')} for ${count(items.length, 'completion')}`);
  }
  return Float32Array.from(items, ({ completion }, i) => {
    const score = scores[i];
    if (isFiniteNumber(score)) return score;
    const given = describeScore(score);
    fail(
      model,
      `the score of item ${i} is ${given}, not a finite number; its completion: ${excerpt(completion)}`,
    );
  });
}
