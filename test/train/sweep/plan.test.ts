import { describe, expect, it } from 'vitest';
import { describeValues, planSweep } from '../../../src/train/sweep/plan.js';
import { firstDifference } from '../../../src/train/sweep/sweepDirectory.js';
import type { SweepOptions } from '../../../src/train/sweep/types.js';

const plan = (options: Partial<SweepOptions>) =>
  planSweep({ configFile: 'configs/gridworld.yaml', out: 'unused', ...options });

describe('planSweep', () => {
  it('makes a trial of every configuration and seed', () => {
    const { trials, configurations } = plan({ grid: { 'agent.lr': [0.1, 0.2] }, seeds: 2, seed: 5 });
    expect(trials.map(({ name }) => name)).toEqual(['001-seed5', '001-seed6', '002-seed5', '002-seed6']);
    expect(configurations.map(({ config }) => config.agent.lr)).toEqual([0.1, 0.2]);
  });

  it('lays swept values over the file and --set, types first', () => {
    const [first, second] = plan({
      overrides: ['agent.lr=0.5', 'train.steps=7'],
      grid: { 'agent.lr': [0.1], 'agent.target': [{ type: 'soft', beta: 2 }, { type: 'dqn' }] },
    }).configurations;
    expect(first?.config.agent).toMatchObject({ lr: 0.1, target: { type: 'soft', beta: 2 } });
    expect(second?.config).toMatchObject({ train: { steps: 7 }, agent: { target: { type: 'dqn' } } });
  });

  it.each<[Partial<SweepOptions>, RegExp]>([
    [{}, /nothing to sweep/],
    [{ grid: { 'agent.lrr': [1] } }, /with agent.lrr=1: .*unknown key 'agent.lrr'; did you mean 'lr'/],
    [{ grid: { 'agent.lr': [0.1, -1] } }, /with agent.lr=-1: .*'agent.lr'/],
    [{ grid: { seed: [1, 2] } }, /'seed' cannot be swept: --seeds/],
    [{ grid: { 'train.steps': [1, 2] }, steps: 3 }, /leave out --steps/],
    [{ grid: { 'train.steps': [1, 2] }, halving: {} }, /with halving/],
    [{ grid: { 'agent.lr': [0.1] }, seeds: 0 }, /at least 1 seed/],
    [
      { grid: { 'agent.target.type': ['dqn', 'double'] }, overrides: ['agent.target={type: double}'] },
      /'agent.target.type=dqn' and 'agent.target.type=double' give the same configuration/,
    ],
  ])('refuses %j', (options, message) => {
    expect(() => plan(options)).toThrow(message);
  });
});

describe('describeValues', () => {
  it('shows values as one would type them', () => {
    const values = {
      'agent.lr': 1e-4,
      reward: { type: 'length', target: 5 },
      text: '1',
      list: [64, 64],
      on: true,
    };
    expect(describeValues(values)).toBe(
      'agent.lr=0.0001, reward={type: length, target: 5}, text="1", list=[64, 64], on=true',
    );
  });
});

describe('firstDifference', () => {
  it('names the first key that differs', () => {
    expect(firstDifference({ a: { b: [1, 2] }, c: 1 }, { c: 1, a: { b: [1, 2] } })).toBeUndefined();
    expect(firstDifference({ a: { b: [1, 2] } }, { a: { b: [1, 3] } })).toBe(
      'its a.b is [1,2], and now [1,3]',
    );
    expect(firstDifference({ a: 1 }, {})).toBe('its a is 1, and now not set');
  });
});
