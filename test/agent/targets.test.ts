import { describe, expect, it } from 'vitest';
import { bootstrapOf, type NextValues } from '../../src/agent/targets/bootstrap.js';
import { advantageFits, valueFits, valueReturns } from '../../src/agent/targets/value.js';
import type { PolicyConfig } from '../../src/config/index.js';
import { someTrajectory } from '../replay/trajectories.js';

const guided: PolicyConfig = { type: 'guided', beta: 2 };

function next(target: number[], online: number[], reference: number[]): NextValues {
  return {
    target: Float32Array.from(target),
    online: Float32Array.from(online),
    reference: Float32Array.from(reference, Math.log),
  };
}

const values = next([1, 4, 2], [3, 0, 5], [0.5, 0.25, 0.25]);

describe('dqn', () => {
  const { evaluate, readsOnline } = bootstrapOf({ type: 'dqn' }, guided);
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
  const { evaluate, readsOnline } = bootstrapOf({ type: 'double' }, guided);
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
    const { evaluate } = bootstrapOf({ type: 'soft', beta: 1 }, guided);
    expect(evaluate(values)).toBeCloseTo(Math.log(0.5 * Math.E + 0.25 * Math.exp(4) + 0.25 * Math.exp(2)), 6);
    expect(evaluate(next([-3], [0], [1]))).toBeCloseTo(-3, 6);
    expect(evaluate(next([2, 2], [0, 0], [0.5, 0.5]))).toBeCloseTo(2, 6);
  });
  it('is nearly the mean for a small beta and the maximum for a large one, without overflow', () => {
    expect(bootstrapOf({ type: 'soft', beta: 1e-4 }, guided).evaluate(values)).toBeCloseTo(2, 3);
    expect(bootstrapOf({ type: 'soft', beta: 1e4 }, guided).evaluate(values)).toBeCloseTo(4, 3);
  });
  it("takes the policy's beta by default, and asks for one otherwise", () => {
    const byPolicy = bootstrapOf({ type: 'soft' }, guided).evaluate(values);
    expect(byPolicy).toBe(bootstrapOf({ type: 'soft', beta: 2 }, guided).evaluate(values));
    expect(() => bootstrapOf({ type: 'soft' }, { type: 'boltzmann', temperature: 1 })).toThrow(
      'agent.target.beta',
    );
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
    const y = valueReturns(episode, [0.3, 0.6, 0], { ...options, returns: { type: 'lambda', lambda: 0.5 } });
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
