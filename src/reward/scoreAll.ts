import { InputError, Interrupted, messageOf } from '../common/index.js';
import { excerpt } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

/**
 * Scores `items`, and checks what comes back.
 * @returns One finite score per item, in order.
 * @throws InputError naming the reward, and the first item whose score is no finite number, when `score` throws or
 * returns anything but one number per item.
 */
export async function scoreAll(model: RewardModel, items: readonly RewardItem[]): Promise<Float32Array> {
  const returned = await callScore(model, items);
  const scores = listOf(returned);
  if (scores === undefined) {
    fail(model, `score returned ${describe(returned)}, not a list of numbers`);
  }
  if (scores.length !== items.length) {
    fail(model, `score returned ${count(scores.length, 'number')} for ${count(items.length, 'completion')}`);
  }
  return Float32Array.from(items, ({ completion }, i) => {
    const score = scores[i];
    if (typeof score === 'number' && Number.isFinite(Math.fround(score))) return score;
    const given = typeof score === 'number' ? `${score}` : describe(score);
    fail(
      model,
      `the score of item ${i} is ${given}, not a finite number; its completion: ${excerpt(completion)}`,
    );
  });
}

async function callScore(model: RewardModel, items: readonly RewardItem[]): Promise<unknown> {
  try {
    return await model.score(items);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const first = items[0] ? `; the batch starts with ${excerpt(items[0].completion)}` : '';
    throw new InputError(`the reward '${model.name}' threw: ${firstLine(messageOf(error))}${first}`, {
      cause: error,
    });
  }
}

function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  const typed = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return typed && isArrayLike(value) ? value : undefined;
}

function isArrayLike(value: object): value is ArrayLike<unknown> {
  return 'length' in value && typeof value.length === 'number';
}

function fail(model: RewardModel, problem: string): never {
  throw new InputError(`the reward '${model.name}' is wrong: ${problem}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return `the single number ${value}`;
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}
