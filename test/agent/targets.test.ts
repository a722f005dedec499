import { describe, expect, it } from 'vitest';
import type { ResolvedPolicy } from '../../src/agent/index.js';
import { bootstrapOf, type NextValues } from '../../src/agent/targets/bootstrap.js';
import { advantageFits, valueFits, valueReturns } from '../../src/agent/targets/value.js';
import type { PolicyConfig } from '../../src/config/index.js';
import { someTrajectory } from '../replay/trajectories.js';

const guided: PolicyConfig & ResolvedPolicy = { type: 'guided', beta: 2 };

function next(target: number[], online: number[], reference: number[]): NextValues {
  return {
    target: Float32Array.from(target),
    online: Float32Array.from(online),
    reference: Float32Array.from(reference, Math.log),
  };
}

const values = next([1, 4, 2], [3, 0, 5], [0.5, 0.25, 0.25]);

describe('dqn', () => {
  const { evaluate, readsOnline } = bootstrapOf({ type: 'dqn' }, guided, guided);
  it('is the largest value of the target network', () => {
    expect(evaluate(values)).toBe(4);
    expect(readsOnline).toBe(false);
  });
  it('takes tied, single and negative values', () => {
    expect(evaluate(next([2, 2], [0, 0], [0.5, 0.5]))).toBe(2);
    expect(evaluate(next([-3], [0], [1]))).toBe(-3);
    expect(evaluate(next([-3, -2], [0, 0], [0.5, 0.5]))).toBe(-2);
  });
});

describe('double', () => {
  const { evaluate, readsOnline } = bootstrapOf({ type: 'double' }, guided, guided);
  it("is the target network's value of the action that the learned net prefers", () => {
    expect(evaluate(values)).toBe(2);
    expect(readsOnline).toBe(true);
  });
  it('takes the first of tied actions, and a single one', () => {
    expect(evaluate(next([7, 8, 9], [1, 1, 0], [0.3, 0.3, 0.4]))).toBe(7);
    expect(evaluate(next([-3], [0], [1]))).toBe(-3);
  });
});

describe('soft', () => {
  it('is the log-sum-exp under the base policy, by hand', () => {
    const { evaluate } = bootstrapOf({ type: 'soft', beta: 1 }, guided, guided);
    expect(evaluate(values)).toBeCloseTo(Math.log(0.5 * Math.E + 0.25 * Math.exp(4) + 0.25 * Math.exp(2)), 6);
    expect(evaluate(next([-3], [0], [1]))).toBeCloseTo(-3, 6);
    expect(evaluate(next([2, 2], [0, 0], [0.5, 0.5]))).toBeCloseTo(2, 6);
  });
  it('is nearly the mean for a small beta and the maximum for a large one, without overflow', () => {
    expect(bootstrapOf({ type: 'soft', beta: 1e-4 }, guided, guided).evaluate(values)).toBeCloseTo(2, 3);
    expect(bootstrapOf({ type: 'soft', beta: 1e4 }, guided, guided).evaluate(values)).toBeCloseTo(4, 3);
  });
  it("takes the policy's beta by default", () => {
    const byPolicy = bootstrapOf({ type: 'soft' }, guided, guided).evaluate(values);
    expect(byPolicy).toBe(bootstrapOf({ type: 'soft', beta: 2 }, guided, guided).evaluate(values));
  });
});

describe('expected', () => {
  const under = (acting: ResolvedPolicy, policy: 'current' | 'greedy' = 'current') =>
    bootstrapOf({ type: 'expected', policy }, guided, acting);

  it('is the expectation of the target network under the policy that acts, by hand', () => {
    // Q- is 1, 4, 2; Q is 3, 0, 5, so the third is greedy; pi_ref is 1/2, 1/4, 1/4.
    const uniform = { type: 'epsilon-greedy', epsilon: 0.3, draw: 'uniform' } as const;
    expect(under(uniform).evaluate(values)).toBeCloseTo(0.1 * 1 + 0.1 * 4 + 0.8 * 2, 6);
    const drawn = { type: 'epsilon-greedy', epsilon: 0.4, draw: 'reference' } as const;
    expect(under(drawn).evaluate(values)).toBeCloseTo(0.2 * 1 + 0.1 * 4 + 0.7 * 2, 6);
    expect(under({ type: 'greedy' }).evaluate(values)).toBe(2);
    expect(under({ type: 'reference' }).evaluate(values)).toBeCloseTo(0.5 * 1 + 0.25 * 4 + 0.25 * 2, 6);
    const [a, b, c] = [3, 0, 5].map((q) => Math.exp(q / 2));
    const boltzmann = { type: 'boltzmann', temperature: 2 } as const;
    expect(under(boltzmann).evaluate(values)).toBeCloseTo((a + 4 * b + 2 * c) / (a + b + c), 5);
    const [x, y, z] = [0.5 * Math.exp(3 / 2), 0.25, 0.25 * Math.exp(5 / 2)];
    const half = { type: 'guided', beta: 0.5 } as const;
    expect(under(half).evaluate(values)).toBeCloseTo((x + 4 * y + 2 * z) / (x + y + z), 5);
  });

  it('is that of double under the greedy policy, whatever policy acts', () => {
    const double = bootstrapOf({ type: 'double' }, guided, guided);
    const rows = [
      values,
      next([7, 8, 9], [1, 1, 0], [0.3, 0.3, 0.4]),
      next([-3], [0], [1]),
      next([2, -1], [-5, -4], [0.9, 0.1]),
    ];
    for (const row of rows) {
      expect(under({ type: 'reference' }, 'greedy').evaluate(row)).toBe(double.evaluate(row));
      expect(under({ type: 'greedy' }).evaluate(row)).toBe(double.evaluate(row));
    }
    expect(under(guided).readsOnline).toBe(true);
  });

  it('takes the first of tied actions as greedy, and a single one', () => {
    const tied = next([7, 9], [1, 1], [0.5, 0.5]);
    const epsilonGreedy = { type: 'epsilon-greedy', epsilon: 0.5, draw: 'uniform' } as const;
    expect(under(epsilonGreedy).evaluate(tied)).toBeCloseTo(0.75 * 7 + 0.25 * 9, 6);
    for (const policy of [epsilonGreedy, guided, { type: 'boltzmann', temperature: 0.1 } as const]) {
      expect(under(policy).evaluate(next([-3], [0], [1]))).toBeCloseTo(-3, 6);
    }
  });

  it('does not see the value of the state', () => {
    const shifted = next([1, 4, 2], [103, 100, 105], [0.5, 0.25, 0.25]);
    expect(under(guided).evaluate(shifted)).toBeCloseTo(under(guided).evaluate(values), 4);
  });
});

describe('value', () => {
  const episode = someTrajectory(3, {
    rewards: Float32Array.of(0, 0, 1),
    kl: Float32Array.of(0.5, 1, 2),
  });
  const options = { gamma: 1, tau: 0.1 };

  it('is the return less the KL still to be paid', () => {
    const y = valueReturns(episode, [9, 9, 0], { ...options, returns: { type: 'episode' } });
    expect([...y]).toEqual([1 - 0.2 - 0.1, 1 - 0.2, 1].map((value) => expect.closeTo(value, 6)));
    const fits = valueFits(episode, y, 0.1);
    expect([...fits]).toEqual([0.7 - 0.05, 0.8 - 0.1, 1 - 0.2].map((value) => expect.closeTo(value, 6)));
  });

  it('bootstraps from V- by one step', () => {
    const y = valueReturns(episode, [0.3, 0.6, 0], { ...options, gamma: 0.5, returns: { type: 'one-step' } });
    expect([...y]).toEqual([0.15, 0.3, 1].map((value) => expect.closeTo(value, 6)));
  });

  it('mixes both by lambda', () => {
    const y = valueReturns(episode, [0.3, 0.6, 0], {
      ...options,
      returns: { type: 'lambda', lambda: 0.5, traces: 'uncut' },
    });
    const y1 = 0.5 * 0.6 + 0.5 * (1 - 0.2);
    expect([...y]).toEqual([0.5 * 0.3 + 0.5 * (y1 - 0.1), y1, 1].map((value) => expect.closeTo(value, 6)));
  });

  it('fits the advantage to what is above V, and above the rest of the group', () => {
    const pair = [episode, someTrajectory(1)];
    const returns = [
      [5, 6, 7],
      [3, 0, 0],
    ].map((y, i) => y.slice(0, pair[i].length));
    const v = [
      [1, 2, 3],
      [1, 0],
    ];
    const plain = advantageFits(pair, returns, v, false).map((fit) => [...fit]);
    expect(plain).toEqual([[4, 4, 4], [2]]);
    const grouped = advantageFits(pair, returns, v, true).map((fit) => [...fit]);
    expect(grouped).toEqual([[2, 4, 4], [-2]]);
  });
});
