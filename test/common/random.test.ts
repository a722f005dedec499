import { expect, it } from 'vitest';
import { randomStream, shuffle } from '../../src/common/index.js';

const draws = (count: number, ...key: number[]) => {
  const random = randomStream(1, 'test', ...key);
  return Array.from({ length: count }, () => random.next());
};

it('gives the same numbers to the same key, and others to another', () => {
  expect(draws(5, 1, 2)).toEqual(draws(5, 1, 2));
  expect(draws(5, 1, 2)).not.toEqual(draws(5, 2, 1));
  // A key is a list of numbers, not their digits.
  expect(draws(5, 1, 23)).not.toEqual(draws(5, 12, 3));
});

it('draws evenly from [0, 1) and from the normal distribution', () => {
  const uniform = draws(20_000);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  expect(uniform.reduce((a, b) => a + b) / uniform.length).toBeCloseTo(0.5, 1);
  const random = randomStream(2, 'normal');
  const normal = Array.from({ length: 20_000 }, () => random.normal());
  const mean = normal.reduce((a, b) => a + b) / normal.length;
  const variance = normal.reduce((a, b) => a + (b - mean) ** 2, 0) / normal.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

it('shuffles without losing anything, and differently from stream to stream', () => {
  const items = () => Array.from({ length: 50 }, (_, i) => i);
  const one = shuffle(items(), randomStream(1, 'shuffle'));
  expect([...one].sort((a, b) => a - b)).toEqual(items());
  expect(one).not.toEqual(items());
  expect(shuffle(items(), randomStream(2, 'shuffle'))).not.toEqual(one);
});
