import { describe, expect, it } from 'vitest';
import { combinations, drawFrom } from '../../../src/train/sweep/combinations.js';

describe('combinations', () => {
  it('crosses the lists, the last key changing fastest', () => {
    expect(combinations({ grid: { a: [1, 2], b: ['x', 'y'] }, seed: 0 })).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
  });

  it('crosses every draw with the whole grid', () => {
    const all = combinations({ grid: { a: [1, 2] }, random: { r: { low: 0, high: 1 } }, draws: 3, seed: 7 });
    expect(all.map(({ a }) => a)).toEqual([1, 2, 1, 2, 1, 2]);
    expect(all[0]?.['r']).toBe(all[1]?.['r']);
    expect(new Set(all.map(({ r }) => r)).size).toBe(3);
  });

  it('draws the same from the same seed, however many draws and other keys there are', () => {
    const r = { low: 1e-4, high: 1e-2, log: true };
    const few = combinations({ random: { r }, draws: 2, seed: 1 });
    const more = combinations({ random: { q: { low: 0, high: 1 }, r }, draws: 5, seed: 1 });
    expect(more.slice(0, 2).map((values) => values['r'])).toEqual(few.map((values) => values['r']));
    expect(combinations({ random: { r }, draws: 2, seed: 2 })).not.toEqual(few);
  });

  it('leaves out draws that came before', () => {
    const all = combinations({ random: { r: { low: 1, high: 3, integer: true } }, draws: 50, seed: 0 });
    expect(all.map(({ r }) => Number(r)).sort()).toEqual([1, 2, 3]);
  });

  it.each([
    [{ grid: { a: [] } }, /no values for 'a'/],
    [{ grid: { a: [1, 2, 1] } }, /has 1 twice for 'a'/],
    [{ grid: { a: [[1], [1]] } }, /has \[1\] twice/],
    [{ random: { a: { low: 0, high: 1 } } }, /add --trials/],
    [{ grid: { a: [1] }, draws: 3 }, /add --random/],
    [{ random: { a: { low: 2, high: 1 } }, draws: 1 }, /2 is not below 1/],
    [{ random: { a: { low: 0, high: 1, log: true } }, draws: 1 }, /begins above 0/],
    [{ grid: { a: [1] }, random: { a: { low: 0, high: 1 } }, draws: 1 }, /in the grid and random/],
  ])('refuses %j', (space, message) => {
    expect(() => combinations({ ...space, seed: 0 })).toThrow(message);
  });
});

describe('drawFrom', () => {
  it('is uniform, or uniform in the logarithm', () => {
    expect(drawFrom({ low: 2, high: 4 }, 0.25)).toBe(2.5);
    expect(drawFrom({ low: 1e-4, high: 1e-2, log: true }, 0.5)).toBe(1e-3);
    // 3^(1/2), to four digits
    expect(drawFrom({ low: 1, high: 3, log: true }, 0.5)).toBe(1.732);
  });

  it('gives every whole number the same share, the ends too', () => {
    const range = { low: 1, high: 3, integer: true };
    const drawn = [0, 0.33, 0.34, 0.66, 0.67, 0.999].map((share) => drawFrom(range, share));
    expect(drawn).toEqual([1, 1, 2, 2, 3, 3]);
    // From 0.5 to 8.5 in logarithms: halfway is sqrt(4.25) = 2.06.
    expect(drawFrom({ low: 1, high: 8, integer: true, log: true }, 0.5)).toBe(2);
  });
});
