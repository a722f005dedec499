import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

const home = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const grid = join(home, 'grid');
const pole = join(home, 'pole');

beforeAll(async () => {
  const train = (name: string, out: string, ...settings: string[]) =>
    runCli(['train', `configs/${name}.yaml`, '--out', out, ...settings.flatMap((one) => ['--set', one])]);
  const trained = await Promise.all([
    train('gridworld', grid, 'train.steps=4', 'train.evalEpisodes=4', 'eval.episodes=4'),
    train(
      'cartpole',
      pole,
      'train.steps=2',
      'train.stepsPerCopy=8',
      'agent.updates=2',
      'agent.learningStarts=1',
      'eval.episodes=4',
    ),
  ]);
  for (const { status, stderr } of trained) expect(status, stderr).toBe(0);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function print(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(args);
  expect(status, stderr).toBe(0);
  return stdout;
}

async function json(...args: string[]) {
  return JSON.parse(await print(...args, '--json'));
}

async function refuse(args: string[], message: RegExp) {
  const { status, stdout, stderr } = await runCli(args);
  expect(stderr).toMatch(message);
  expect(stderr.trim()).not.toContain('\n');
  expect(stdout).toBe('');
  expect(status).toBe(2);
}

describe('tokenq eval of a run in another environment', { timeout: 60_000 }, () => {
  it('plays random and trained, and writes evaluation.json and the report', async () => {
    for (const file of ['evaluation.json', 'report.html']) rmSync(join(grid, file));
    const result = await json('eval', grid, '--episodes', '12', '--seed', '3');
    expect(Object.keys(result)).toEqual(['random', 'trained', 'episodes', 'steps', 'seconds']);
    expect(result.episodes).toBe(12);
    for (const policy of [result.random, result.trained]) {
      expect(Object.keys(policy)).toEqual(['return', 'length']);
      expect(policy.return.low).toBeLessThanOrEqual(policy.return.mean);
      expect(policy.return.mean).toBeLessThanOrEqual(policy.return.high);
    }
    expect(result.steps).toBeCloseTo(12 * (result.random.length + result.trained.length), 6);
    expect(JSON.parse(readFileSync(join(grid, 'evaluation.json'), 'utf8'))).toEqual(result);
    const report = readFileSync(join(grid, 'report.html'), 'utf8');
    expect(report).toContain('steps, mean of 12 episodes');
    expect(report).toContain('Q in the grid world');
    // Random play depends on the seed alone.
    const { random, trained } = await json(
      'eval',
      grid,
      '--episodes',
      '12',
      '--seed',
      '3',
      '--checkpoint',
      '4',
    );
    expect([random, trained]).toEqual([result.random, result.trained]);
  });

  it("prints a table, by default of the run's episodes", async () => {
    const lines = (await print('eval', pole)).split('\n');
    expect(lines[0]).toMatch(/^4 episodes +return \(95% interval\) +length$/);
    expect(lines[1]).toMatch(/^random +\d+\.\d{3} \(\d+\.\d{3} to \d+\.\d{3}\) +\d+\.\d$/);
    expect(lines[2]).toMatch(/^trained /);
    expect(lines[4]).toBe(`report   ${pole}/report.html`);
    expect(readFileSync(join(pole, 'report.html'), 'utf8')).not.toContain('grid world');
  });

  it('refuses what makes no sense there', async () => {
    const text =
      /^tokenq: leave out --prompts, --beta, --best-of, --samples: .*grid is a run in the environment gridworld/;
    const flags = ['--prompts', 'x', '--beta', '1', '--best-of', '2', '--samples', '2'];
    await refuse(['eval', grid, ...flags], text);
    await refuse(['eval', grid, '--checkpoint', '77'], /has no checkpoint '77'/);
    await refuse(['eval', join(home, 'none')], /none holds no run/);
    const { stderr, status } = await runCli(['eval', grid, '--episodes', '0']);
    expect(stderr).toMatch(/--episodes.*at least 1/);
    expect(status).toBe(2);
  });

  it('refuses --episodes and --steps on text', async () => {
    const text = join(home, 'text');
    cpSync(grid, text, { recursive: true });
    writeFileSync(join(text, 'config.yaml'), 'env: { type: text }\n');
    await refuse(['eval', text, '--episodes', '3'], /leave out --episodes: .*text is a run on text/);
    await refuse(['inspect', text, '--steps', '3'], /leave out --steps: .*text is a run on text/);
  });

  it('tells of an environment that is not the one trained in', async () => {
    const changed = join(home, 'changed');
    cpSync(grid, changed, { recursive: true });
    const config = readFileSync(join(grid, 'config.yaml'), 'utf8');
    writeFileSync(
      join(changed, 'config.yaml'),
      config.replace('type: gridworld', 'type: gridworld\n  size: 4'),
    );
    const message = /trained on observations of 9 numbers and 4 actions, but gridworld has 16 and 4/;
    for (const command of ['eval', 'inspect']) {
      const { stderr, status } = await runCli([command, changed]);
      expect(stderr).toMatch(message);
      expect(status).toBe(2);
    }
  });
});

describe('tokenq inspect of a run in another environment', { timeout: 60_000 }, () => {
  it('shows the Q table of a grid world', async () => {
    const view = await json('inspect', grid);
    expect(Object.keys(view)).toEqual([
      ...['environment', 'size', 'gamma', 'actions', 'start', 'goal', 'cells'],
      ...['largestDifference', 'optimalCells'],
    ]);
    expect(view.cells).toHaveLength(8);
    for (const cell of view.cells) {
      expect(Object.keys(cell)).toEqual(['cell', 'value', 'q', 'greedy', 'optimal']);
      const off = cell.q.map((value: number, a: number) => Math.abs(value - cell.optimal.q[a]));
      expect(Math.max(...off)).toBeLessThanOrEqual(view.largestDifference.difference);
      // Centred advantages: the value is the mean of Q.
      expect(cell.q.reduce((sum: number, value: number) => sum + value, 0) / 4).toBeCloseTo(cell.value, 4);
    }
    const lines = (await print('inspect', grid)).split('\n');
    expect(lines[0]).toBe('grid world of 3 x 3, start (1, 1), goal (2, 2), gamma 1');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('plays an episode elsewhere, the same for the same seed', async () => {
    const view = await json('inspect', pole, '--steps', '3', '--seed', '5');
    expect(Object.keys(view)).toEqual(['environment', 'policy', 'seed', 'steps', 'return', 'length', 'end']);
    expect(view).toMatchObject({ environment: 'cartpole', policy: 'greedy', seed: 5, end: 'terminated' });
    expect(view.return).toBe(view.length);
    expect(view.steps).toHaveLength(3);
    for (const { observation, value, actions, reward } of view.steps) {
      expect(observation).toHaveLength(4);
      expect(reward).toBe(1);
      expect(actions.map(({ action }: { action: string }) => action)).toEqual(['left', 'right']);
      const [left, right] = actions;
      expect(left.advantage).toBeCloseTo(-right.advantage, 6);
      for (const { q, advantage, taken } of actions) {
        expect(q).toBeCloseTo(value + advantage, 6);
        expect(taken).toBe(advantage === Math.max(left.advantage, right.advantage));
      }
    }
    expect(await json('inspect', pole, '--steps', '3', '--seed', '5')).toEqual(view);
    const other = await json('inspect', pole, '--steps', '3', '--seed', '6');
    expect(other.steps[0].observation).not.toEqual(view.steps[0].observation);
    const text = await print('inspect', pole, '--steps', '3', '--seed', '5');
    expect(text).toContain('cartpole, seed 5, greedy policy');
    expect(text).toContain(`${view.length - 3} steps more`);
    expect(text).toContain(`return ${view.length} in ${view.length} steps, terminated`);
  });

  it('refuses what makes no sense there', async () => {
    const text =
      /^tokenq: leave out --prompt, --candidates, --beta: .*pole is a run in the environment cartpole/;
    await refuse(['inspect', pole, '--prompt', 'x', '--candidates', '5', '--beta', '1'], text);
    await refuse(['inspect', grid, '--seed', '1'], /leave out --seed: of a grid world every cell is shown/);
  });
});

it('refuses to sample from a run in another environment', async () => {
  await refuse(
    ['sample', grid, '--prompt', 'x'],
    /grid is a run in the environment gridworld, which generates no text: .*tokenq inspect .*tokenq eval/,
  );
  expect(existsSync(join(grid, 'policy.json'))).toBe(false);
});
