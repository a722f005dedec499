import { describe, expect, it } from 'vitest';
import { type Candidates, includeToken } from '../../src/env/candidates.js';
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

  it('gives a banned token no probability, and refuses a row of none else', () => {
    const found = candidatesOf(logs(0, 0.6, 0, 0.4), 1, 3, 1);
    expect([...found.ids.subarray(0, 2)]).toEqual([1, 3]);
    expect(Array.from(found.reference, Math.exp)).toEqual([
      expect.closeTo(0.6, 5),
      expect.closeTo(0.4, 5),
      0,
    ]);
    expect(found.outside[0]).toBeCloseTo(0, 6);
    expect(() => candidatesOf(logs(0, 0), 1, 1, 1)).toThrow(/no token can be chosen/);
  });

  it('leaves nothing outside when every token is a candidate', () => {
    const found = candidatesOf(logs(0.5, 0.5), 1, 2, 1);
    expect(found.outside[0]).toBeCloseTo(0, 6);
  });
});

describe('includeToken', () => {
  const logits = logs(0.4, 0.3, 0.2, 0.1);
  const exp = (values: Float32Array) => Array.from(values, Math.exp);
  function expectNear(values: readonly number[], expected: readonly number[]): void {
    expect(values).toHaveLength(expected.length);
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
  }
  const copyOf = ({ ids, reference, base, outside }: Candidates) =>
    [ids, reference, base, outside].map(String);

  it('puts a token in the place of the least likely candidate and renormalises', () => {
    const found = candidatesOf(logits, 1, 2, 1);
    expect(includeToken(found, logits, 0, 3, 1)).toBe(1);
    expect([...found.ids]).toEqual([0, 3]);
    expectNear(exp(found.reference), [0.4 / 0.5, 0.1 / 0.5]);
    expectNear(exp(found.base), [0.4, 0.1]);
    expectNear([...found.outside], [0.5]);
  });

  it('leaves a token that is a candidate already where it is', () => {
    const found = candidatesOf(logits, 1, 3, 1);
    const before = copyOf(found);
    expect([0, 1, 2].map((token) => includeToken(found, logits, 0, token, 1))).toEqual([0, 1, 2]);
    expect(copyOf(found)).toEqual(before);
  });

  it('takes the temperature for pi_ref and the mass outside, not for the base probabilities', () => {
    const found = candidatesOf(logits, 1, 2, 0.5);
    includeToken(found, logits, 0, 3, 0.5);
    // Squared: 0.16 and 0.01 of 0.16 + 0.09 + 0.04 + 0.01.
    expectNear(exp(found.reference), [0.16 / 0.17, 0.01 / 0.17]);
    expectNear(exp(found.base), [0.4, 0.1]);
    expectNear([...found.outside], [1 - 0.17 / 0.3]);
  });

  it('is the only candidate where there is one', () => {
    const found = candidatesOf(logits, 1, 1, 1);
    expect(includeToken(found, logits, 0, 2, 1)).toBe(0);
    expect([...found.ids]).toEqual([2]);
    expectNear(exp(found.reference), [1]);
    expectNear([...found.outside], [0.8]);
  });

  it('changes its own row alone', () => {
    const two = Float32Array.from([...logits, ...logs(0.1, 0.2, 0.3, 0.4)]);
    const found = candidatesOf(two, 2, 2, 1);
    expect(includeToken(found, two, 1, 0, 1)).toBe(1);
    expect([...found.ids]).toEqual([0, 1, 3, 0]);
    expectNear(exp(found.reference), [0.4 / 0.7, 0.3 / 0.7, 0.8, 0.2]);
    expectNear([...found.outside], [0.3, 0.5]);
  });

  it('survives a token that the model holds for impossible', () => {
    const far = Float32Array.of(0, -1, -200);
    const found = candidatesOf(far, 1, 1, 1);
    includeToken(found, far, 0, 2, 1);
    expect([found.reference[0], found.base[0]].map(Number.isFinite)).toEqual([true, true]);
    expectNear([...found.outside], [1]);
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
