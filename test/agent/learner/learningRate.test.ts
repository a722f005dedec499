import { expect, it } from 'vitest';
import { learningRateScale } from '../../../src/agent/index.js';

const over = (steps: number, warmup: number) =>
  Array.from({ length: steps }, (_, step) => learningRateScale({ type: 'linear', warmup }, step, steps));

it('rises over the warm-up and falls to the end', () => {
  expect(over(8, 0.5)).toEqual([0.25, 0.5, 0.75, 1, 1, 0.75, 0.5, 0.25]);
  expect(over(4, 0)).toEqual([1, 0.75, 0.5, 0.25]);
});

it('never is 0 and stays where it is told to', () => {
  for (const warmup of [0, 0.1, 0.5, 1])
    for (const scale of over(7, warmup)) expect(scale).toBeGreaterThan(0);
  expect(over(1, 0.1)).toEqual([1]);
  expect(learningRateScale({ type: 'constant' }, 3, 8)).toBe(1);
});
