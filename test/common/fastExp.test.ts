import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fastExp, NEGLIGIBLE } from '../../src/common/index.js';

it('equals exp to a part in five thousand million', () => {
  fc.assert(
    fc.property(fc.double({ min: NEGLIGIBLE, max: 0, noNaN: true }), (x) => {
      expect(Math.abs(fastExp(x) / Math.exp(x) - 1)).toBeLessThan(2e-10);
    }),
    { numRuns: 2000 },
  );
  expect(fastExp(0)).toBe(1);
  expect(fastExp(Number.NaN)).toBeNaN();
});
