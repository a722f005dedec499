import { describe, expect, it } from 'vitest';
import { bandsOf, calibrationOf, rightness, shareOf } from '../../../src/train/rewardModel/measures.js';

describe('shareOf', () => {
  it('gives the interval of Wilson', () => {
    const { accuracy, low, high, pairs } = shareOf([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
    expect([accuracy, pairs]).toEqual([0.8, 10]);
    // (0.8 + 0.192080 -+ 1.96 sqrt(0.016 + 0.0096040)) / 1.384160
    expect(low).toBeCloseTo(0.490161, 5);
    expect(high).toBeCloseTo(0.943317, 5);
  });

  it('stays within 0 and 1, and counts ties half', () => {
    const all = shareOf([1, 1, 1]);
    expect(all.high).toBe(1);
    expect(all.low).toBeCloseTo(0.438494, 5);
    expect(shareOf([0]).low).toBe(0);
    expect(shareOf([2, 0, -1].map(rightness)).accuracy).toBe(0.5);
  });

  it('is undefined for no pairs', () => {
    expect(() => shareOf([])).toThrow(RangeError);
  });
});

describe('bandsOf', () => {
  it('sorts pairs by their margins into thirds', () => {
    const words = [-1, 1, 1, -1, 0, 1, 0];
    const bands = bandsOf([1, -1, 1, 1, -1, 1, 0], [3, 0.1, 2, 5, 0.3, 0.2, 1], words);
    expect(
      bands.map(({ from, to, pairs, accuracy, bagOfWords }) => [
        ...[from, to, pairs, accuracy],
        bagOfWords.accuracy,
      ]),
    ).toEqual([
      [0.1, 0.2, 2, 0.5, 1],
      [0.3, 1, 2, 0.25, 0.5],
      [2, 5, 3, 1, 1 / 3],
    ]);
  });

  it('makes as many bands as there are pairs at most', () => {
    expect(bandsOf([1, -1], [1, 2], [1, 1])).toHaveLength(2);
  });
});

describe('calibrationOf', () => {
  it('compares confidence and accuracy', () => {
    // sigmoid(log 3) = 0.75, four times, right in three of them; sigmoid(log 9) = 0.9, once and wrong.
    const three = Math.log(3);
    const { error, bins } = calibrationOf([three, three, three, -three, -Math.log(9)]);
    expect(bins.map(({ pairs }) => pairs)).toEqual([4, 1]);
    expect(bins[0].confidence).toBeCloseTo(0.75, 10);
    expect(bins[0].accuracy).toBe(0.75);
    expect(bins[1].confidence).toBeCloseTo(0.9, 10);
    expect(bins[1].accuracy).toBe(0);
    expect(error).toBeCloseTo(0.9 / 5, 10);
  });

  it('has a place for certainty and for indifference', () => {
    expect(calibrationOf([1000, 0]).bins).toEqual([
      { pairs: 1, confidence: 0.5, accuracy: 0.5 },
      { pairs: 1, confidence: 1, accuracy: 1 },
    ]);
  });
});
