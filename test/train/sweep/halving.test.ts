import { describe, expect, it } from 'vitest';
import { keptOf, rungsOf, survivors } from '../../../src/train/sweep/halving.js';
import { planSweep } from '../../../src/train/sweep/plan.js';
import { plannedSteps } from '../../../src/train/sweep/progressWatch.js';

describe('rungsOf', () => {
  it('multiplies the first rung by eta up to the full steps', () => {
    expect(rungsOf(40, 8, { minSteps: 5 })).toEqual([5, 10, 20, 40]);
    expect(rungsOf(100, 8, { minSteps: 5, eta: 3 })).toEqual([5, 15, 45, 100]);
    expect(rungsOf(11, 2, { minSteps: 10 })).toEqual([10, 11]);
  });

  it('by default leaves one configuration for all the steps', () => {
    // 8 -> 4 -> 2 -> 1
    expect(rungsOf(40, 8, {})).toEqual([5, 10, 20, 40]);
    // 9 -> 3 -> 1
    expect(rungsOf(90, 9, { eta: 3 })).toEqual([10, 30, 90]);
    // 5 -> 2 -> 1
    expect(rungsOf(10, 5, {})).toEqual([3, 5, 10]);
    expect(rungsOf(10, 1, {})).toEqual([10]);
  });

  it('has no rung twice when there are few steps', () => {
    expect(rungsOf(2, 16, {})).toEqual([1, 2]);
  });

  it.each([
    [{ eta: 1 }, /eta is 1/],
    [{ eta: 2.5 }, /eta is 2.5/],
    [{ minSteps: 10 }, /at step 10; it is a whole number from 1 to 9/],
    [{ minSteps: 0 }, /at step 0/],
  ])('refuses %j', (halving, message) => {
    expect(() => rungsOf(10, 4, halving)).toThrow(message);
  });
});

describe('survivors', () => {
  const standings = (...means: (number | undefined)[]) => means.map((mean, i) => ({ number: i + 1, mean }));

  it('keeps the best 1/eta, rounded down, at least one', () => {
    expect([1, 2, 3, 5, 8].map((count) => keptOf(count))).toEqual([1, 1, 1, 2, 4]);
    expect(keptOf(8, 3)).toBe(2);
    expect(survivors(standings(0.1, 0.5, -2, 0.4, 0.3))).toEqual([2, 4]);
    expect(survivors(standings(0.1, 0.5, -2, 0.4, 0.3, 0.6), 3)).toEqual([2, 6]);
  });

  it('prefers the earlier of equals, and drops what failed', () => {
    expect(survivors(standings(1, 1, 1, 1))).toEqual([1, 2]);
    expect(survivors(standings(undefined, undefined, -5, undefined))).toEqual([3]);
    expect(survivors(standings(undefined, undefined))).toEqual([]);
  });
});

describe('plannedSteps', () => {
  const grid = { 'agent.lr': [1e-2, 1e-3, 1e-4, 1e-5] };
  const base = { configFile: 'configs/gridworld.yaml', steps: 20, seeds: 3, grid, out: 'unused' };

  it('adds up what the rungs leave', () => {
    expect(plannedSteps(planSweep(base))).toBe(4 * 3 * 20);
    // To step 5: 4 configurations; to 10: 2; to 20: 1; each with 3 seeds.
    expect(plannedSteps(planSweep({ ...base, halving: {} }))).toBe(3 * (4 * 5 + 2 * 5 + 1 * 10));
  });
});
