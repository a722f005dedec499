import { describe, expect, it } from 'vitest';
import { candidatesOf, klDivergence } from '../../src/env/index.js';

const logs = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

describe('candidatesOf', () => {
  it('takes the likeliest tokens and renormalises over them', () => {
    // Probabilities 0.1, 0.4, 0.2, 0.3 and their mirror image.
    const found = candidatesOf(logs(0.1, 0.4, 0.2, 0.3, 0.3, 0.2, 0.4, 0.1), 2, 2, 1);
    expect([...found.ids]).toEqual([1, 3, 2, 0]);
    expect(Math.exp(found.reference[0])).toBeCloseTo(0.4 / 0.7, 5);
    expect(Math.exp(found.reference[1])).toBeCloseTo(0.3 / 0.7, 5);
    expect(Math.exp(found.base[0])).toBeCloseTo(0.4, 5);
    expect(found.outside[0]).toBeCloseTo(0.3, 5);
    expect(found.outside[1]).toBeCloseTo(0.3, 5);
  });

  it('applies the temperature to pi_ref, not to the base probabilities', () => {
    const found = candidatesOf(logs(0.1, 0.4, 0.2, 0.3), 1, 2, 0.5);
    // At temperature 0.5 probabilities are squared: 0.16 and 0.09 of 0.01 + 0.16 + 0.04 + 0.09.
    expect(Math.exp(found.reference[0])).toBeCloseTo(0.16 / 0.25, 5);
    expect(Math.exp(found.base[0])).toBeCloseTo(0.4, 5);
    expect(found.outside[0]).toBeCloseTo(1 - 0.25 / 0.3, 5);
  });

  it('leaves nothing outside when every token is a candidate', () => {
    const found = candidatesOf(logs(0.5, 0.5), 1, 2, 1);
    expect(found.outside[0]).toBeCloseTo(0, 6);
  });
});

describe('klDivergence', () => {
  it('agrees with a sum worked out by hand', () => {
    const p = Float32Array.of(9, 0.5, 0.5, 0);
    const q = logs(1, 0.25, 0.5, 0.25);
    // 0.5 log 2 + 0.5 log 1; outcomes of probability 0 add nothing.
    expect(klDivergence(p, q, 1, 3)).toBeCloseTo(0.5 * Math.log(2), 6);
  });

  it('is 0 between equals', () => {
    expect(klDivergence(Float32Array.of(0.3, 0.7), logs(0.3, 0.7), 0, 2)).toBeLessThan(1e-7);
  });
});
