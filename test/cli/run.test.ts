import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

const home = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const run = join(home, 'run');

beforeAll(async () => {
  const settings = [
    'train.steps=2',
    'train.promptsPerStep=8',
    'env.maxNewTokens=10',
    'data.evalSize=6',
    'data.calibrationSize=6',
    'eval.samples=2',
    'eval.bestOf=[2]',
  ];
  const trained = await runCli(['train', '--out', run, ...settings.flatMap((setting) => ['--set', setting])]);
  expect(trained.status, trained.stderr).toBe(0);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function json(args: string[], input = '') {
  const { status, stdout, stderr } = await runCli([...args, '--json'], input);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function refuse(args: string[], message: RegExp, input = '') {
  const { status, stdout, stderr } = await runCli(args, input);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(status).toBe(2);
}

describe('tokenq sample', { timeout: 60_000 }, () => {
  it('prints prompts with their completions, the same for the same seed', async () => {
    const sample = (...args: string[]) =>
      json(['sample', run, '--prompt', 'One day, a small', '--n', '3', ...args]);
    const { samples } = await sample();
    expect(samples).toHaveLength(3);
    for (const { prompt, completion, tokens, finishReason } of samples) {
      expect(prompt).toBe('One day, a small');
      expect(completion.length).toBeGreaterThan(0);
      expect(tokens).toBeLessThanOrEqual(10);
      expect(['stop', 'length']).toContain(finishReason);
    }
    expect(await sample()).toEqual({ samples });
    expect((await sample('--seed', '1')).samples).not.toEqual(samples);
  });

  it('takes prompts from a file and from stdin', async () => {
    const file = temporaryFile('prompts.jsonl', '{"prompt": "The film was"}\n{"prompt": "One day"}\n');
    const fromFile = await json(['sample', run, '--prompts', file]);
    const fromStdin = await json(['sample', run], 'The film was\n\nOne day\n');
    expect(fromFile.samples.map(({ prompt }: { prompt: string }) => prompt)).toEqual([
      'The film was',
      'One day',
    ]);
    expect(fromStdin).toEqual(fromFile);
  });

  it('is the base model at beta 0, and moves away from it with beta', async () => {
    const of = (...args: string[]) => json(['sample', run, '--prompt', 'One day', '--n', '8', ...args]);
    expect(await of('--base')).toEqual(await of('--beta', '0'));
    expect(await of('--beta', '200')).not.toEqual(await of('--base'));
  });

  it('is greedy at temperature 0 and with one candidate', async () => {
    const of = (...args: string[]) => json(['sample', run, '--prompt', 'One day', '--n', '2', ...args]);
    const greedy = await of('--temperature', '0');
    expect(greedy.samples[0]).toEqual(greedy.samples[1]);
    expect(await of('--top-k', '1')).toEqual(greedy);
    expect(await of('--top-p', '0.0001')).toEqual(greedy);
  });

  it('stops at a text, and after so many tokens', async () => {
    const { samples } = await json([
      'sample',
      run,
      '--prompt',
      'One day',
      '--n',
      '5',
      '--stop',
      ' ',
      '--max-new-tokens',
      '20',
    ]);
    for (const { completion, finishReason } of samples) {
      expect(completion).not.toContain(' ');
      expect(finishReason).toBe('stop');
    }
    const one = await json(['sample', run, '--prompt', 'One day', '--max-new-tokens', '1']);
    expect(one.samples[0].tokens).toBe(1);
  });

  it('streams the text that it would have printed', async () => {
    const whole = await runCli(['sample', run, '--prompt', 'One day, a small']);
    const streamed = await runCli(['sample', run, '--prompt', 'One day, a small', '--stream']);
    expect(streamed.stdout).toBe(whole.stdout);
  });

  it('says what is wrong', async () => {
    await refuse(['sample', join(home, 'none'), '--prompt', 'x'], /none holds no run/);
    await refuse(['sample', run, '--prompt', 'x', '--checkpoint', '77'], /has no checkpoint '77'/);
    await refuse(['sample', run, '--prompt', ''], /--prompt:1: the prompt has no tokens/);
    await refuse(['sample', run], /stdin holds no prompt/);
    await refuse(['sample', run, '--prompt', 'x', '--prompts', 'y'], /exclude each other/);
    await refuse(['sample', run, '--prompt', 'x', '--base', '--beta', '1'], /exclude each other/);
    await refuse(['sample', run, '--prompt', 'x', '--top-p', '2'], /above 0 and at most 1/);
    await refuse(['sample', run, '--prompt', 'x', '--top-k', '65'], /more than the 64 candidates/);
    await refuse(['sample', run, '--prompt', 'x', '--stream', '--n', '2'], /--stream takes one prompt/);
    await refuse(['sample', run, '--prompt', 'word '.repeat(300)], /the prompt has \d+ tokens/);
    await refuse(['sample', run, '--prmpt', 'x'], /unknown option '--prmpt'/);
  });

  it('tells a damaged head from a whole one', async () => {
    const broken = temporaryDirectory();
    copyFileSync(join(run, 'config.yaml'), join(broken, 'config.yaml'));
    await refuse(['sample', broken, '--prompt', 'x'], /has no checkpoint 'last'/);
    const head = readFileSync(join(run, 'last', 'head.safetensors'));
    mkdirSync(join(broken, 'last'));
    writeFileSync(join(broken, 'last', 'head.safetensors'), head.subarray(0, head.length / 2));
    await refuse(['sample', broken, '--prompt', 'x'], /head\.safetensors/);
  });
});

describe('tokenq eval', { timeout: 60_000 }, () => {
  it('compares base, tuned and best-of-n, and writes the report', async () => {
    const result = await json(['eval', run, '--beta', '0,5', '--best-of', '1,4', '--samples', '4']);
    expect(Object.keys(result).sort()).toEqual(['base', 'bestOf', 'seconds', 'tokens', 'tuned']);
    expect(result.tuned.map(({ beta }: { beta: number }) => beta)).toEqual([0, 5]);
    const [same] = result.tuned;
    // At beta 0 the tuned policy is the base policy, sampled with the same random numbers.
    expect(same.klPerToken).toBeCloseTo(0, 5);
    expect(same.gain.mean).toBeCloseTo(0, 5);
    expect(same.winRate).toBeCloseTo(0.5, 5);
    expect(result.bestOf[0].reward.mean).toBeCloseTo(result.base.reward.mean, 5);
    expect(result.bestOf[1].reward.mean).toBeGreaterThan(result.base.reward.mean);
    expect(result.base.reward.low).toBeLessThanOrEqual(result.base.reward.mean);
    expect(existsSync(join(run, 'report.html'))).toBe(true);
  });

  it('uses the calibrated beta when none is given, and other prompts when they are', async () => {
    const { beta } = JSON.parse(readFileSync(join(run, 'policy.json'), 'utf8'));
    const prompts = temporaryFile('prompts.txt', 'The film was\nOne day\n');
    const { status, stdout, stderr } = await runCli(['eval', run, '--prompts', prompts]);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`tuned, beta ${beta.toFixed(1)}`);
    expect(stdout).toMatch(/best of 2/);
  });

  it('says what is wrong', async () => {
    await refuse(['eval', join(home, 'none')], /none holds no run/);
    await refuse(['eval', run, '--beta', 'x'], /It must be a number/);
    await refuse(['eval', run, '--best-of', '0'], /at least 1/);
  });
});

describe('tokenq', { timeout: 60_000 }, () => {
  it('tells what this machine has', async () => {
    const { node, onnxRuntime, training } = await json(['doctor']);
    expect(node).toBe(process.versions.node);
    expect(onnxRuntime.providers).toContain('cpu');
    expect(training.tried.at(-1)).toMatchObject({ name: training.backend, ok: true });
    expect((await runCli(['doctor'])).stdout).toContain('wasm');
  });

  it('prints help and its version, and refuses unknown commands', async () => {
    expect((await runCli(['--help'])).stdout).toMatch(/train.*sample.*eval.*inspect.*doctor/s);
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    await refuse(['trian'], /unknown command 'trian'/);
  });
});
