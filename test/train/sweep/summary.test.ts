import { describe, expect, it } from 'vitest';
import { planSweep } from '../../../src/train/sweep/plan.js';
import { renderSweepReport } from '../../../src/train/sweep/reports.js';
import { standardDeviation } from '../../../src/train/sweep/statistics.js';
import { summarise } from '../../../src/train/sweep/summary.js';
import type { PartResult } from '../../../src/train/sweep/sweepDirectory.js';
import { csvOf, markdownOf, tableOf } from '../../../src/train/sweep/table.js';

const part = (steps: number, reward: number, paused = false): PartResult => ({
  steps,
  reward,
  seconds: steps / 10,
  paused,
});

/** Three configurations with two seeds: 1 finishes, 2 is stopped early, 3 fails in part. */
function summary(results: Record<string, PartResult[]>, failures: Record<string, string> = {}) {
  const plan = planSweep({
    configFile: 'configs/gridworld.yaml',
    grid: { 'agent.lr': [0.1, 0.2, 0.3] },
    seeds: 2,
    out: 'unused',
  });
  const directory = {
    path: 'runs/s',
    resultsOf: (name: string) => results[name] ?? [],
    trial: (name: string) => `runs/s/trials/${name}`,
  };
  const failed = Object.entries(failures).map(([name, error]) => [name, { error }] as const);
  return summarise(plan, directory, new Map(failed));
}

const mixed = () =>
  summary(
    {
      '001-seed0': [part(5, 9, true), part(10, 1)],
      '001-seed1': [part(5, 9, true), part(10, 3)],
      '002-seed0': [part(5, 7, true)],
      '002-seed1': [part(5, 8, true)],
      '003-seed0': [part(5, 9, true), part(10, 4)],
      '003-seed1': [part(5, 0, true)],
    },
    { '003-seed1': 'no, "really"' },
  );

describe('standardDeviation', () => {
  it('divides by n - 1', () => {
    // Deviations -3, -1, 4: squares 9 + 1 + 16 = 26, over 2.
    expect(standardDeviation([2, 4, 9])).toBeCloseTo(Math.sqrt(13), 12);
    expect(standardDeviation([5, 5])).toBe(0);
  });

  it('has none of a single value', () => {
    expect(standardDeviation([1])).toBeUndefined();
  });
});

describe('summarise', () => {
  it('takes the trials that went furthest, and sorts finished before stopped', () => {
    const { configurations, best } = mixed();
    expect(configurations).toEqual([
      {
        number: 3,
        values: { 'agent.lr': 0.3 },
        state: 'finished',
        n: 1,
        mean: 4,
        best: 4,
        steps: 10,
        seconds: 1,
      },
      {
        number: 1,
        values: { 'agent.lr': 0.1 },
        state: 'finished',
        n: 2,
        mean: 2,
        sd: Math.SQRT2,
        best: 3,
        steps: 10,
        seconds: 1,
      },
      {
        number: 2,
        values: { 'agent.lr': 0.2 },
        state: 'stopped',
        n: 2,
        mean: 7.5,
        sd: Math.SQRT1_2,
        best: 8,
        steps: 5,
        seconds: 0.5,
      },
    ]);
    expect(best).toEqual({
      number: 3,
      values: { 'agent.lr': 0.3 },
      mean: 4,
      reward: 4,
      run: 'runs/s/trials/003-seed0',
    });
  });

  it('has no best when nothing gave a reward', () => {
    const { best, configurations } = summary({}, { '001-seed0': 'out of luck' });
    expect(best).toBeUndefined();
    expect(configurations.map(({ state, n }) => [state, n])).toEqual(Array(3).fill(['failed', 0]));
  });
});

describe('tables', () => {
  it('have a row for each configuration, with what failed', () => {
    const table = tableOf(mixed());
    expect(table[0]).toEqual(['#', 'agent.lr', 'reward', 'sd', 'best', 'steps', 'time', 'state']);
    expect(table[1]).toEqual([
      '3',
      '0.3',
      '4.00',
      '\u2013',
      '4.00',
      '10',
      '1.0 s',
      'finished, 1 of 2 failed: no, "really"',
    ]);
    expect(table[3]?.at(-1)).toBe('stopped early');
    expect(markdownOf([['a|b'], ['1\n2']])).toBe('| a\\|b |\n| --- |\n| 1 2 |\n');
  });

  it('are quoted in CSV where they must be', () => {
    const [head, first] = csvOf(mixed()).split('\n');
    expect(head).toBe('configuration,agent.lr,mean,sd,best,n,klPerToken,steps,seconds,state');
    expect(first).toBe('3,0.3,4,,4,1,,10,1,"finished, 1 of 2 failed: no, ""really"""');
  });
});

describe('renderSweepReport', () => {
  it('shows means, deviations and the best trial, and escapes what users wrote', () => {
    const result = summary(
      { '001-seed0': [part(10, 1)], '001-seed1': [part(10, 3)] },
      { '002-seed0': '<b>' },
    );
    const page = renderSweepReport(result, tableOf(result));
    expect(page).toContain(
      'Mean reward of each configuration, best first. 1  lr 0.1: 2.00 (standard deviation 1.41).',
    );
    // One diamond: the best trial.
    expect(page.match(/fill="var\(--best\)"/g)).toHaveLength(1);
    expect(page).toContain('&#60;b&#62;');
    expect(page).not.toMatch(/<script|<b>/);
  });
});
