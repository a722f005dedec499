import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inPool } from '../../../src/train/sweep/pool.js';

it('works on so many at a time, in their order', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await inPool([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await setTimeout(2);
    running--;
  });
  expect(begun).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
  expect(running).toBe(0);
});

it('lets those at work end after a failure, and begins no other', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    await setTimeout(item === 1 ? 1 : 20);
    if (item === 1) throw new Error('first');
    ended.push(item);
  };
  await expect(inPool([1, 2, 3, 4], 2, work)).rejects.toThrow('first');
  expect(ended).toEqual([2]);
});
