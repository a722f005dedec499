import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fastExp, NEGLIGIBLE } from '../../src/common/index.js';

it('equals exp to 3e-10, wherever its argument lies between two powers of two', () => {
  // Halfway between two, where the series is least exact.
  for (let k = 0; k < 100; k++) {
    const x = -(k + 0.5) * Math.LN2;
    expect(Math.abs(fastExp(x) / Math.exp(x) - 1)).toBeLessThan(3e-10);
  }
  fc.assert(
    fc.property(fc.double({ min: NEGLIGIBLE, max: 0, noNaN: true }), (x) => {
      expect(Math.abs(fastExp(x) / Math.exp(x) - 1)).toBeLessThan(3e-10);
    }),
    { numRuns: 2000 },
  );
  expect(fastExp(0)).toBe(1);
  expect(fastExp(Number.NaN)).toBeNaN();
});
