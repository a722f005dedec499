import { InputError, Interrupted, messageOf } from '../common/index.js';
import { excerpt } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

/**
 * Calls a reward's own code on a batch.
 * @throws InputError naming the reward when it throws; an InputError of its own, such as {@link BudgetSpent}, as it is.
 */
export async function callReward(
  model: RewardModel,
  items: readonly RewardItem[],
  call: () => unknown,
): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Interrupted || error instanceof InputError) throw error;
    const first = items[0] ? `; the batch starts with ${excerpt(items[0].completion)}` : '';
    throw new InputError(`the reward '${model.name}' threw: ${firstLine(messageOf(error))}${first}`, {
      cause: error,
    });
  }
}

/** A list or typed array; undefined for anything else. */
export function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  const typed = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return typed && isArrayLike(value) ? value : undefined;
}

/** Whether a 32-bit float can hold it. */
export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(Math.fround(value));
}

/** Blames a reward for what it returned. */
export function fail(model: RewardModel, problem: string): never {
  throw new InputError(`the reward '${model.name}' is wrong: ${problem}`);
}

/** What was returned instead of a list. */
export function describe(value: unknown): string {
  return typeof value === 'number' ? `the single number ${value}` : describeScore(value);
}

/** What was returned instead of a score. */
export function describeScore(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}

/** `1 number`, `2 numbers`. */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}

function isArrayLike(value: object): value is ArrayLike<unknown> {
  return 'length' in value && typeof value.length === 'number';
}
