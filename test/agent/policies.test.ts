import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  epsilonAt,
  policyAt,
  type ResolvedPolicy,
  withoutExploration,
  writeProbabilities,
} from '../../src/agent/index.js';
import { runConfig } from '../../src/config/index.js';

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

const falling = { start: 1, end: 0.2, fraction: 0.5 };
const epsilonOf = (keys: object) => epsilonPolicy({ ...falling, ...keys }).epsilon;

function epsilonPolicy(epsilon: object) {
  const { policy } = runConfig.parse({ policy: { type: 'epsilon-greedy', epsilon } });
  if (policy.type !== 'epsilon-greedy') throw new Error('another policy');
  return policy;
}

describe('epsilonAt', () => {
  const along = (keys: object, progress: number[]) =>
    progress.map((share) => epsilonAt(epsilonOf(keys), share));

  it('falls in a line, then stays', () => {
    expect(along({}, [0, 0.25, 0.5, 1])).toEqual(near([1, 0.6, 0.2, 0.2]));
    expect(along({ fraction: 0 }, [0, 1])).toEqual(near([0.2, 0.2]));
    expect(along({ start: 0.1, end: 0.3 }, [0, 0.25, 0.5])).toEqual(near([0.1, 0.2, 0.3]));
  });

  it('falls by a constant factor, then stays', () => {
    const keys = { schedule: { type: 'exponential' }, end: 0.01 };
    expect(along(keys, [0, 0.125, 0.25, 0.375, 0.5, 1])).toEqual(
      near([1, Math.sqrt(0.1), 0.1, 0.1 * Math.sqrt(0.1), 0.01, 0.01]),
    );
  });

  it('falls in equal drops, the last one at the end of the fall', () => {
    const keys = { schedule: { type: 'step', drops: 4 } };
    expect(along(keys, [0, 0.124, 0.125, 0.249, 0.25, 0.375, 0.499, 0.5, 1])).toEqual(
      near([1, 1, 0.8, 0.8, 0.6, 0.4, 0.4, 0.2, 0.2]),
    );
    expect(along({ schedule: { type: 'step', drops: 1 } }, [0.49, 0.5])).toEqual(near([1, 0.2]));
    expect(along({ schedule: { type: 'step' }, fraction: 0 }, [0])).toEqual(near([0.2]));
  });
});

describe('policyAt', () => {
  it('sets the knobs for a share of the run', () => {
    const policy = epsilonPolicy({ ...falling, draw: 'uniform' });
    const expected = { type: 'epsilon-greedy', epsilon: expect.closeTo(0.6, 6), draw: 'uniform' };
    expect(policyAt(policy, 0.25)).toEqual(expected);
    // Where beta is not steered there is none to take.
    expect(policyAt(policy, 0.25, 7)).toEqual(expected);
    const boltzmann = { type: 'boltzmann', temperature: 0.3 } as const;
    expect(policyAt(boltzmann, 0.5)).toEqual(boltzmann);
  });

  it('takes the steered beta, or else the configured one', () => {
    expect(policyAt({ type: 'guided', beta: 3, klTarget: 0.1 }, 0.5)).toEqual({ type: 'guided', beta: 3 });
    expect(policyAt({ type: 'guided', beta: 3 }, 0.5, 0)).toEqual({ type: 'guided', beta: 0 });
  });
});

describe('withoutExploration', () => {
  it('is greedy where training explores by chance, and else the same', () => {
    const greedy = { type: 'greedy' };
    expect(withoutExploration({ type: 'epsilon-greedy', epsilon: 1, draw: 'uniform' })).toEqual(greedy);
    expect(withoutExploration({ type: 'boltzmann', temperature: 1 })).toEqual(greedy);
    expect(withoutExploration({ type: 'greedy' })).toEqual(greedy);
    expect(withoutExploration({ type: 'guided', beta: 2 })).toEqual({ type: 'guided', beta: 2 });
    expect(withoutExploration({ type: 'reference' })).toEqual({ type: 'reference' });
  });
});
