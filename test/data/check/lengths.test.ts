import { expect, it } from 'vitest';
import { lengthsOf, spreadOf } from '../../../src/data/check/lengths.js';

it('tells numbers by rank', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(spreadOf(hundred)).toEqual({ min: 1, median: 50, p95: 95, max: 100 });
  expect(spreadOf([7])).toEqual({ min: 7, median: 7, p95: 7, max: 7 });
  expect(spreadOf([10, 9])).toEqual({ min: 9, median: 9, p95: 10, max: 10 });
  expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, p95: 3, max: 3 });
});

it('counts characters as Unicode does, words by white space, and tokens as given', () => {
  const texts = ['', ' one\n two ', '\u{1f600}é 你好', '\ud83d'];
  expect(lengthsOf(texts, [0, 2, 5, 1])).toEqual({
    characters: { min: 0, median: 1, p95: 10, max: 10 },
    words: { min: 0, median: 1, p95: 2, max: 2 },
    tokens: { min: 0, median: 1, p95: 5, max: 5 },
  });
  expect(lengthsOf(['\u{1f600}é 你好'], undefined)).toMatchObject({ characters: { max: 5 } });
  expect(lengthsOf([], [])).toBeUndefined();
});
