import { expect, it } from 'vitest';
import { promptBatch } from '../../../src/train/text/batches.js';

it('goes through all prompts once per epoch, each epoch in another order', () => {
  const epoch = (first: number) => [0, 1, 2].flatMap((i) => promptBatch(7, first + i, 4, 12));
  const all = Array.from({ length: 12 }, (_, i) => i);
  expect([...epoch(0)].sort((a, b) => a - b)).toEqual(all);
  expect([...epoch(3)].sort((a, b) => a - b)).toEqual(all);
  expect(epoch(0)).not.toEqual(epoch(3));
});

it('depends on seed and step alone, so that a resumed run sees the same prompts', () => {
  expect(promptBatch(7, 5, 4, 10)).toEqual(promptBatch(7, 5, 4, 10));
  expect(promptBatch(8, 5, 4, 10)).not.toEqual(promptBatch(7, 5, 4, 10));
});

it('repeats prompts when there are fewer than a batch needs', () => {
  expect(promptBatch(1, 0, 5, 2).sort()).toHaveLength(5);
});
