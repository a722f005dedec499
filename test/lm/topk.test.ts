import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argmax, logSumExp, selectTopK } from '../../src/lm/index.js';

/** Logits with many ties, and some of the values that break careless comparisons. */
const logit = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 4, arbitrary: fc.float({ min: -100, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) },
);
const row = fc.array(logit, { minLength: 1, maxLength: 300 });

function topBySorting(values: readonly number[], k: number): number[] {
  return [...values.keys()]
    .sort((a, b) => (values[a] === values[b] ? a - b : values[b] - values[a]))
    .slice(0, k);
}

describe('selectTopK', () => {
  it('equals a sort by value and index, at any offset', () => {
    fc.assert(
      fc.property(
        row,
        fc.integer({ min: 1, max: 80 }),
        fc.nat(9),
        fc.nat(9),
        (values, k, offset, outOffset) => {
          const logits = Float32Array.from([...new Array(offset).fill(1e9), ...values, 1e9]);
          const expected = topBySorting([...logits.subarray(offset, offset + values.length)], k);
          const indices = new Int32Array(outOffset + k + 1).fill(-7);
          const chosen = new Float32Array(outOffset + k + 1);
          const count = selectTopK(logits, offset, values.length, k, indices, chosen, outOffset);
          expect(count).toBe(expected.length);
          expect([...indices.subarray(outOffset, outOffset + count)]).toEqual(expected);
          expect([...chosen.subarray(outOffset, outOffset + count)]).toEqual(
            expected.map((i) => logits[offset + i]),
          );
          expect(indices[outOffset + count]).toBe(-7);
        },
      ),
      { numRuns: 500 },
    );
  });

  describe('of a whole vocabulary', () => {
    const SIZE = 2000;
    const K = 64;
    const spread = (i: number) => Math.fround(Math.sin(i * 12.9898) * 43758.5453) % 7;
    const vocabularies: [string, (i: number) => number][] = [
      ['ordinary logits', spread],
      ['few different logits', (i) => Math.round(spread(i))],
      ['equal logits', () => 1.5],
      ['a few far above the rest', (i) => (i % 100 === 3 ? 100 + spread(i) : spread(i))],
      ['one so large that nothing is near it', (i) => (i === 77 ? 1e30 : spread(i))],
      ['infinite ones', (i) => (i % 100 === 3 ? Number.POSITIVE_INFINITY : spread(i))],
      ['a rising row', (i) => i],
      ['a falling row', (i) => -i],
      ['nearly all banned', (i) => (i % 25 === 0 ? spread(i) : Number.NEGATIVE_INFINITY)],
      ['hardly any banned', (i) => (i % 25 === 0 ? Number.NEGATIVE_INFINITY : spread(i))],
    ];

    it.each(vocabularies)('equals a sort: %s', (_, logitAt) => {
      for (const [size, k] of [
        [SIZE, 64],
        [SIZE - 1, 1],
        [SIZE - 13, 160],
        [SIZE + 5, 161],
      ]) {
        const logits = Float32Array.from([1e9, ...Array.from({ length: size }, (_, i) => logitAt(i)), 1e9]);
        const expected = topBySorting([...logits.subarray(1, size + 1)], k);
        const indices = new Int32Array(k);
        const chosen = new Float32Array(k);
        expect(selectTopK(logits, 1, size, k, indices, chosen, 0)).toBe(k);
        expect([...indices]).toEqual(expected);
        expect([...chosen]).toEqual(expected.map((i) => logits[1 + i]));
      }
    });

    it('leaves NaN out', () => {
      const logits = Float32Array.from({ length: SIZE }, (_, i) => (i % 7 === 0 ? Number.NaN : spread(i)));
      const known = [...logits].map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
      const indices = new Int32Array(K);
      selectTopK(logits, 0, SIZE, K, indices, new Float32Array(K), 0);
      expect([...indices]).toEqual(topBySorting(known, K));
    });
  });

  it('keeps the lower index of equal logits', () => {
    const indices = new Int32Array(3);
    selectTopK(new Float32Array(40).fill(2), 0, 40, 3, indices, new Float32Array(3), 0);
    expect([...indices]).toEqual([0, 1, 2]);
  });

  it('leaves NaN out', () => {
    const logits = Float32Array.of(Number.NaN, 1, Number.NaN, 3, 2, Number.NaN, 0, Number.NaN, Number.NaN, 5);
    const indices = new Int32Array(3);
    selectTopK(logits, 0, 10, 3, indices, new Float32Array(3), 0);
    expect([...indices]).toEqual([9, 3, 4]);
  });

  it('gives nothing for k = 0', () => {
    expect(selectTopK(Float32Array.of(1), 0, 1, 0, new Int32Array(0), new Float32Array(0), 0)).toBe(0);
  });
});

describe('logSumExp', () => {
  it('equals the sum of exponentials', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 1 }), (values) => {
        const logits = Float32Array.from([9, ...values, 9]);
        const expected = Math.log(values.reduce((sum, value) => sum + Math.exp(Math.fround(value)), 0));
        expect(logSumExp(logits, 1, values.length)).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('does not overflow, and is -Infinity where nothing is possible', () => {
    expect(logSumExp(Float32Array.of(1000, 1000), 0, 2)).toBeCloseTo(1000 + Math.LN2, 9);
    expect(logSumExp(new Float32Array(4).fill(Number.NEGATIVE_INFINITY), 0, 4)).toBe(
      Number.NEGATIVE_INFINITY,
    );
    expect(logSumExp(new Float32Array(0), 0, 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('argmax', () => {
  it('is the first of the top', () => {
    fc.assert(
      fc.property(row, (values) => {
        const logits = Float32Array.from([1e9, ...values]);
        expect(argmax(logits, 1, values.length)).toBe(topBySorting([...logits.subarray(1)], 1)[0]);
      }),
    );
  });
});
