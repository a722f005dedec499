import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains a configuration on the bundled T5 for a part of its steps, and evaluates it on the held-out pairs. */
async function trained(config: string, steps: number): Promise<string> {
  const run = join(folder, config);
  const quick = ['train.mode=sync', 'train.evalEvery=0', 'eval.samples=2', 'eval.bestOf=[2]'];
  const settings = quick.flatMap((setting) => ['--set', setting]);
  const args = ['train', `configs/${config}.yaml`, '--steps', `${steps}`, ...settings, '--out', run];
  const { status, stderr } = await runCli([...args, '--json']);
  expect(status, stderr).toBe(0);
  return run;
}

/** What the evaluation printed as JSON says of the tuned policy. */
async function gainOf(run: string): Promise<{ low: number; klPerToken: number }> {
  const { stdout } = await runCli(['eval', run, '--json', '--samples', '2', '--best-of', '2']);
  const [{ gain, klPerToken }] = JSON.parse(stdout).tuned;
  return { low: gain.low, klPerToken };
}

describe.each([
  ['translate', 12, 'translate: The old baker sees a dog.', 0.02],
  ['summarize', 6, 'summarize: Tom found a hat. He gave the hat to Anna. Anna was happy.', 0.1],
])('a run that learns to %s', { timeout: 180_000 }, (config, steps, source, gain) => {
  let run: string;
  beforeAll(async () => {
    run = await trained(config, steps);
  }, 180_000);

  it('is better on pairs that it never saw, near the base model', async () => {
    const { low, klPerToken } = await gainOf(run);
    expect(low).toBeGreaterThan(gain);
    expect(klPerToken).toBeLessThan(0.25);
  });

  it('prints the source and, on the next line, what it makes of it', async () => {
    const { stdout } = await runCli(['sample', run, '--prompt', source]);
    const [first, second, ...rest] = stdout.split('\n');
    expect(first).toBe(source);
    expect(second).toMatch(/^\w.*\w/);
    expect(rest).toEqual(['']);
    const streamed = await runCli(['sample', run, '--prompt', source, '--stream']);
    expect(streamed.stdout).toBe(stdout);
  });

  it('is looked into token by token, also for a target that is given', async () => {
    const args = ['inspect', run, '--prompt', source, '--json'];
    const { completion, steps: seen } = JSON.parse((await runCli(args)).stdout);
    const given = JSON.parse((await runCli([...args, '--completion', completion])).stdout);
    expect(given.completion).toBe(completion);
    expect(given.steps[0].candidates).toEqual(seen[0].candidates);
  });

  it('says how long a source may be', async () => {
    const { status, stderr } = await runCli(['sample', run, '--prompt', 'old '.repeat(400)]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--prompt:1: the prompt has \d+ tokens, more than the 256 that the model reads/);
  });
});
