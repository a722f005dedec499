import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { SweepResult } from '../../src/train/index.js';
import { type CliResult, interruptCli, runCli } from '../support/cli.js';
import { temporaryDirectory } from '../support/files.js';

/** Trials of about a second; `sync` mode repeats bit for bit. */
const SMALL = [
  'train.mode=sync',
  'train.steps=4',
  'train.stepsPerCopy=4',
  'train.evalEpisodes=1',
  'train.checkpointEvery=1',
  'agent.updates=2',
  'eval.episodes=1',
].flatMap((setting) => ['--set', setting]);

const small = (out: string, ...args: string[]) => [
  ...['sweep', 'configs/gridworld.yaml', ...SMALL, '--out', out, '--jobs', '2', '--json', ...args],
];
const newSweep = () => join(temporaryDirectory(), 'sweep');

function resultOf({ status, stdout, stderr }: CliResult): SweepResult {
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Processes that hold a trial. */
function holders(out: string): string[] {
  const trials = join(out, 'trials');
  return readdirSync(trials).filter((name) => existsSync(join(trials, name, '.lock')));
}

/** The heads of a sweep's trials, by name. */
function heads(out: string): [string, Buffer][] {
  const trials = join(out, 'trials');
  return readdirSync(trials).map((name) => [name, readFileSync(join(trials, name, 'last/head.safetensors'))]);
}

function recorded(out: string): Record<string, { steps: number }[]> {
  const file = join(out, 'results.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

describe('tokenq sweep', { timeout: 120_000 }, () => {
  it('goes on after Ctrl-C and after kill -9, and comes to the same', async () => {
    const lists = ['--grid', 'agent.lr=1e-2,1e-4,1e-6', '--halving', '--min-steps', '2'];
    const whole = newSweep();
    const expected = resultOf(await runCli(small(whole, ...lists)));
    // 3 configurations to step 2, then the best 1 of them to step 4.
    expect(expected.configurations.map(({ steps, state, n }) => [steps, state, n])).toEqual([
      [4, 'finished', 1],
      [2, 'stopped', 1],
      [2, 'stopped', 1],
    ]);
    for (const file of ['sweep.json', 'results.csv', 'table.md', 'report.html']) {
      expect(existsSync(join(whole, file)), file).toBe(true);
    }

    const out = newSweep();
    const args = small(out, ...lists);
    const metrics = join(out, 'trials/001-seed0/metrics.jsonl');
    const stopped = await interruptCli(args, () => existsSync(metrics), 'SIGINT');
    expect(stopped.status).toBe(130);
    expect(stopped.stderr).toMatch(/stopped with 0 of 3 trials done: the same command goes on from there/);
    expect(holders(out)).toEqual([]);

    const busy = () => existsSync(join(out, 'trials/003-seed0/.lock'));
    const killed = await interruptCli(args, busy, 'SIGKILL');
    expect(killed.signal).toBe('SIGKILL');
    const before = Object.entries(recorded(out));
    expect(before.length).toBeGreaterThan(0);

    // At once: what the killed sweep left running stops by itself.
    const result = resultOf(await runCli(args));
    const rewards = ({ trials }: SweepResult) =>
      trials.map(({ name, state, steps, reward }) => ({ name, state, steps, reward }));
    expect(rewards(result)).toEqual(rewards(expected));
    expect(heads(out)).toEqual(heads(whole));
    // What was done was kept.
    for (const [name, [first]] of before) expect(recorded(out)[name]?.[0]).toEqual(first);
    expect(holders(out)).toEqual([]);

    const other = await runCli(small(out, ...lists, '--seeds', '2'));
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/holds another sweep \(its seeds is 1, and now 2\): repeat that one/);
  });

  it('leaves no trial running when it is killed', async () => {
    const out = newSweep();
    const trial = join(out, 'trials/001-seed0');
    const logged = () => existsSync(join(trial, 'metrics.jsonl'));
    const args = small(out, '--grid', 'agent.lr=1e-3', '--steps', '1000000');
    const { signal } = await interruptCli(args, logged, 'SIGKILL');
    expect(signal).toBe('SIGKILL');
    await vi.waitUntil(() => holders(out).length === 0, 20_000);
    expect(existsSync(join(trial, 'last/state.json'))).toBe(true);
    expect(readFileSync(join(out, 'logs/001-seed0.log'), 'utf8')).toMatch(
      /tokenq: stopped after step \d+ of 1000000/,
    );
  });

  it('reports a trial that fails, and compares the others over their seeds', async () => {
    const out = newSweep();
    const lists = ['--grid', 'env.type=gridworld,./no-such-world.js', '--seeds', '2', '--steps', '1'];
    const run = await runCli(small(out, ...lists));
    const { configurations, trials, best } = resultOf(run);
    expect(run.stderr).toMatch(/^001-seed0 {2}env\.type=gridworld: reward \S+ at step 1 {2}\(\d\/4 trials /m);
    expect(run.stderr).toMatch(/^002-seed1 {2}env\.type=\.\/no-such-world\.js: failed: .*no-such-world/m);
    expect(trials.map(({ name, state }) => [name, state])).toEqual([
      ['001-seed0', 'finished'],
      ['001-seed1', 'finished'],
      ['002-seed0', 'failed'],
      ['002-seed1', 'failed'],
    ]);
    expect(trials[2]?.error).toContain('no-such-world.js');
    const [first, second] = configurations;
    expect(first).toMatchObject({ number: 1, n: 2, values: { 'env.type': 'gridworld' } });
    expect(first?.sd).toBeGreaterThanOrEqual(0);
    expect(second).toMatchObject({ number: 2, state: 'failed', n: 0 });
    expect(best.number).toBe(1);
    expect(readFileSync(join(out, 'logs/002-seed0.log'), 'utf8')).toContain('no-such-world.js');
    expect(readFileSync(join(out, 'table.md'), 'utf8')).toMatch(/\| failed: .*no-such-world\.js/);
  });

  it('ends with status 2 when every trial failed for bad input', async () => {
    const { status, stderr } = await runCli(small(newSweep(), '--grid', 'env.type=./no-such-world.js'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/tokenq: all 1 trials failed, the first with: .*no-such-world\.js/);
  });

  it('tells a mistake before any trial starts', async () => {
    const out = newSweep();
    const wrong = await runCli(small(out, '--grid', 'agent.lr=1e-3,fast'));
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/^tokenq: with agent\.lr=fast: .*'agent\.lr'.*\n$/);
    expect(existsSync(out)).toBe(false);
    expect((await runCli(small(out, '--grid', 'agent.lr=1,2', '--eta', '3'))).stderr).toMatch(
      /add --halving/,
    );
  });
});
