import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epsilonAt, type ResolvedPolicy, writeProbabilities } from '../../src/agent/index.js';

function probabilities(policy: ResolvedPolicy, reference: number[], advantages: number[]): number[] {
  const into = new Float32Array(reference.length);
  const row = {
    reference: Float32Array.from(reference, Math.log),
    advantages: Float32Array.from(advantages),
  };
  writeProbabilities(policy, row, into);
  return [...into];
}

function near(values: number[]) {
  return values.map((value) => expect.closeTo(value, 5));
}

const reference = [0.5, 0.3, 0.2];
const advantages = [0, 1, -1];
const policies: ResolvedPolicy[] = [
  { type: 'reference' },
  { type: 'guided', beta: 10 },
  { type: 'greedy' },
  { type: 'epsilon-greedy', epsilon: 0.3, draw: 'uniform' },
  { type: 'epsilon-greedy', epsilon: 0.3, draw: 'reference' },
  { type: 'boltzmann', temperature: 0.1 },
];

describe('writeProbabilities', () => {
  it.each(policies)('sums to 1 for any row: $type', (policy) => {
    const candidate = fc.tuple(
      fc.double({ min: 1e-9, max: 1, noNaN: true }),
      fc.float({ min: -50, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(candidate, { minLength: 1, maxLength: 8 }), (row) => {
        const p = probabilities(
          policy,
          row.map(([weight]) => weight),
          row.map(([, advantage]) => advantage),
        );
        expect(p.every((share) => share >= 0 && share <= 1)).toBe(true);
        expect(p.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      }),
    );
  });

  it('guided goes from the base policy to greedy', () => {
    expect(probabilities({ type: 'guided', beta: 0 }, reference, advantages)).toEqual(near(reference));
    const weights = [0.5, 0.3 * Math.exp(2), 0.2 * Math.exp(-2)];
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(probabilities({ type: 'guided', beta: 2 }, reference, advantages)).toEqual(
      near(weights.map((weight) => weight / total)),
    );
    expect(probabilities({ type: 'guided', beta: 1e6 }, reference, advantages)).toEqual([0, 1, 0]);
  });

  it('greedy takes the first of tied candidates', () => {
    expect(probabilities({ type: 'greedy' }, reference, [1, 2, 2])).toEqual([0, 1, 0]);
    expect(probabilities({ type: 'greedy' }, [1], [0])).toEqual([1]);
  });

  it('epsilon-greedy is the mixture', () => {
    const uniform: ResolvedPolicy = { type: 'epsilon-greedy', epsilon: 0.3, draw: 'uniform' };
    expect(probabilities(uniform, reference, advantages)).toEqual(near([0.1, 0.8, 0.1]));
    const base: ResolvedPolicy = { type: 'epsilon-greedy', epsilon: 0.5, draw: 'reference' };
    expect(probabilities(base, reference, advantages)).toEqual(near([0.25, 0.65, 0.1]));
  });

  it('boltzmann leaves the base policy out', () => {
    const total = 1 + Math.exp(2) + Math.exp(-2);
    expect(probabilities({ type: 'boltzmann', temperature: 0.5 }, reference, advantages)).toEqual(
      near([1 / total, Math.exp(2) / total, Math.exp(-2) / total]),
    );
  });
});

describe('epsilonAt', () => {
  it('falls in a line, then stays', () => {
    const config = { start: 1, end: 0.2, fraction: 0.5, draw: 'uniform' as const };
    expect([0, 0.25, 0.5, 1].map((progress) => epsilonAt(config, progress))).toEqual(
      near([1, 0.6, 0.2, 0.2]),
    );
    expect(epsilonAt({ ...config, fraction: 0 }, 0)).toBeCloseTo(0.2, 6);
  });
});
