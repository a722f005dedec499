import { describe, expect, it } from 'vitest';
import {
  decimalsFor,
  formatBounds,
  formatDuration,
  formatFixed,
  formatNumber,
  formatPercent,
  formatShort,
  formatTick,
} from '../../src/eval/report/format.js';

describe('formatNumber', () => {
  it('shows about three digits, with a true minus sign', () => {
    const shown = [0.8421, 18.42, 12345.6, -0.0123, 0, 0.000012, 2.5e12].map(formatNumber);
    expect(shown).toEqual(['0.842', '18.4', '12,346', '\u22120.0123', '0.000', '1.2e\u22125', '2.5e+12']);
  });

  it('says so when there is no number', () => {
    expect([formatNumber(Number.NaN), formatPercent(Number.POSITIVE_INFINITY)]).toEqual(['n/a', 'n/a']);
  });
});

describe('formatFixed', () => {
  it('has no negative zero', () => {
    expect(formatFixed(-0.0001, 2)).toBe('0.00');
    expect(formatBounds({ mean: 0, low: -0.004, high: 1 }, 2)).toBe('0.00 to 1.00');
  });
});

describe('decimalsFor', () => {
  it('goes by the largest value', () => {
    expect([
      decimalsFor([0.3, -0.89]),
      decimalsFor([0.3, 4]),
      decimalsFor([0.3, 451]),
      decimalsFor([]),
    ]).toEqual([3, 2, 0, 3]);
  });
});

describe('other formats', () => {
  it('leaves out trailing zeros in short numbers and ticks', () => {
    expect([0.2, 15, 0.31249, -2.4, 5000].map(formatShort)).toEqual([
      '0.2',
      '15',
      '0.312',
      '\u22122.4',
      '5,000',
    ]);
    expect([0.5, 5000, 20_000, 1.5e6, -0.25].map(formatTick)).toEqual([
      '0.5',
      '5000',
      '20k',
      '1.5M',
      '\u22120.25',
    ]);
  });

  it('words durations and shares', () => {
    expect([3.07, 42.4, 200, 7530].map(formatDuration)).toEqual(['3.1 s', '42 s', '3 min 20 s', '2 h 6 min']);
    expect(formatPercent(0.8321)).toBe('83.2%');
  });
});
