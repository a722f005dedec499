import { expect, it } from 'vitest';
import { type FilterOptions, filtered, filterRow } from '../../src/sample/index.js';

const row = () => Float32Array.of(0.2, 0.5, 0.05, 0.25);
const apply = (options: FilterOptions) => {
  const probabilities = row();
  filterRow(probabilities, options);
  return [...probabilities].map((p) => Math.round(p * 1000) / 1000);
};

it('keeps the k likeliest and renormalises', () => {
  expect(apply({ topK: 2 })).toEqual([0, 0.667, 0, 0.333]);
  expect(apply({ topK: 1 })).toEqual([0, 1, 0, 0]);
  expect(apply({ topK: 9 })).toEqual([0.2, 0.5, 0.05, 0.25]);
});

it('keeps the smallest nucleus that reaches the probability', () => {
  expect(apply({ topP: 0.49 })).toEqual([0, 1, 0, 0]);
  const exact = Float32Array.of(0.25, 0.5, 0.125, 0.125);
  filterRow(exact, { topP: 0.5 });
  expect([...exact]).toEqual([0, 1, 0, 0]);
  expect(apply({ topP: 0.51 })).toEqual([0, 0.667, 0, 0.333]);
  expect(apply({ topP: 1 })).toEqual([0.2, 0.5, 0.05, 0.25]);
  expect(apply({ topP: 0.001 })).toEqual([0, 1, 0, 0]);
});

it('keeps what is likely enough beside the likeliest', () => {
  expect(apply({ minP: 0.45 })).toEqual([0, 0.667, 0, 0.333]);
  expect(apply({ minP: 0.09 })).toEqual([0.2, 0.5, 0.05, 0.25]);
  expect(apply({ minP: 1 })).toEqual([0, 1, 0, 0]);
  expect(apply({ minP: 0.3, topK: 2 })).toEqual([0, 0.667, 0, 0.333]);
  expect(apply({ minP: 0.45, topP: 0.9 })).toEqual([0, 0.667, 0, 0.333]);
});

it('counts top-p in what top-k left, as transformers does', () => {
  // Of the two, 0.5 is 0.667 already.
  expect(apply({ topK: 2, topP: 0.6 })).toEqual([0, 1, 0, 0]);
  expect(apply({ topP: 0.6 })).toEqual([0, 0.667, 0, 0.333]);
});

it('applies both, and takes the earlier of two equals', () => {
  expect(apply({ topK: 3, topP: 0.9 })).toEqual([0.211, 0.526, 0, 0.263]);
  const equal = Float32Array.of(0.5, 0.5);
  filterRow(equal, { topK: 1 });
  expect([...equal]).toEqual([1, 0]);
});

it('filters every row of a policy and leaves the policy itself alone', async () => {
  const all = Float32Array.of(0.2, 0.8, 0.6, 0.4);
  const actor = { probabilities: () => all };
  expect(filtered(actor, {})).toBe(actor);
  expect(filtered(actor, { topK: 0, topP: 1, minP: 0 })).toBe(actor);
  const batch = {
    rows: 2,
    k: 2,
    states: new Float32Array(2),
    progress: new Float32Array(2),
    candidates: new Int32Array(4),
    reference: new Float32Array(4),
  };
  expect([...(await filtered(actor, { topK: 1 }).probabilities(batch))]).toEqual([0, 1, 1, 0]);
  expect(all[0]).toBeCloseTo(0.2);
});
