import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shown, toColumns } from '../../src/cli/inspection/text.js';
import { runCli } from '../support/cli.js';
import { writeStoryRun } from '../support/runs.js';

const run = mkdtempSync(join(tmpdir(), 'tokenq-test-'));

beforeAll(async () => {
  const config = 'env: { maxNewTokens: 32 }\nlm: { threads: 1 }\nsample: { beta: 3 }\n';
  await writeStoryRun(run, config, 8, ['g']);
});
afterAll(() => rmSync(run, { recursive: true, force: true }));

const prompt = ['--prompt', 'One day, a small'];

async function json(...args: string[]) {
  const { status, stdout, stderr } = await runCli(['inspect', run, ...prompt, '--json', ...args]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function table(...args: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await runCli(['inspect', run, ...prompt, ...args]);
  expect(status, stderr).toBe(0);
  return stdout.split('\n');
}

async function refuse(args: string[], message: RegExp) {
  const { status, stdout, stderr } = await runCli(['inspect', ...args]);
  expect(stderr).toMatch(message);
  expect(stdout).toBe('');
  expect(status).toBe(2);
}

describe('tokenq inspect', { timeout: 60_000 }, () => {
  it('prints one document, the completion that sample prints', async () => {
    const document = await json('--seed', '4', '--max-new-tokens', '6');
    expect(Object.keys(document)).toEqual(['prompt', 'completion', 'beta', 'steps']);
    expect(document).toMatchObject({ prompt: 'One day, a small', beta: 3 });
    expect(document.steps).toHaveLength(6);
    for (const step of document.steps) {
      expect(Object.keys(step)).toEqual(['token', 'text', 'value', 'kl', 'entropy', 'candidates']);
      expect(Object.keys(step.entropy)).toEqual(['base', 'final']);
      const keys = ['token', 'text', 'base', 'advantage', 'q', 'final', 'taken'];
      for (const candidate of step.candidates) expect(Object.keys(candidate)).toEqual(keys);
    }
    const sampled = await runCli([
      'sample',
      run,
      ...prompt,
      '--seed',
      '4',
      '--max-new-tokens',
      '6',
      '--json',
    ]);
    expect(document.completion).toBe(JSON.parse(sampled.stdout).samples[0].completion);
  });

  it('takes a completion, a beta and a number of candidates', async () => {
    const { beta, completion, steps } = await json(
      ...['--completion', ' zebra sang', '--beta', '0', '--candidates', '2'],
    );
    expect([beta, completion]).toEqual([0, ' zebra sang']);
    for (const { candidates } of steps) {
      expect([2, 3]).toContain(candidates.length);
      for (const { base, final } of candidates) expect(final).toBe(base);
    }
  });

  it('prints a plain table of 100 columns, the taken tokens marked', async () => {
    const lines = await table();
    for (const line of lines.slice(2)) expect(line.length).toBeLessThanOrEqual(100);
    expect(lines.join('\n')).not.toContain('\u001b');
    expect(lines[0]).toMatch(/^One day, a small/);
    expect(lines[2]).toMatch(/^32 tokens at beta 3\.0, KL \d\.\d{3} nats per token$/);
    expect(lines.filter((line) => line.includes('Q = v + A'))).toHaveLength(1);
    expect(lines.filter((line) => /^ {3}> /.test(line))).toHaveLength(32);
    expect(lines.filter((line) => /^ +\d+ .* v [+-]\d\.\d{3} {2}KL \d/.test(line))).toHaveLength(32);
  });

  it('keeps a token on its line whatever it holds', async () => {
    const lines = await table('--completion', ' tree\n\n\u{1f600}', '--candidates', '1');
    const taken = lines.filter((line) => line.startsWith('   > '));
    expect(taken[0]).toContain('> \u00b7tree');
    expect(taken[1]).toContain('> \\n ');
    expect(taken[3]).toMatch(/> <\d+> /);
    for (const line of taken) expect(line.indexOf('%')).toBe(29);
  });

  it('says what is wrong', async () => {
    await refuse([join(run, 'none'), ...prompt], /none holds no run/);
    await refuse([run, ...prompt, '--checkpoint', '77'], /has no checkpoint '77'/);
    await refuse([run], /is a run on text: give the prompt to look into with --prompt/);
    await refuse([run, ...prompt, '--steps', '3'], /leave out --steps: .* is a run on text/);
    await refuse([run, '--prompt', ''], /--prompt:1: the prompt has no tokens/);
    await refuse([run, '--prompt', 'word '.repeat(300)], /the prompt has \d+ tokens/);
    await refuse([run, ...prompt, '--completion', ''], /the completion has no tokens/);
    await refuse([run, ...prompt, '--completion', ' a'.repeat(33)], /33 tokens, more than the 32/);
    await refuse([run, ...prompt, '--candidates', '0'], /at least 1/);
    await refuse([run, ...prompt, '--beta', 'x'], /It must be a number/);
    await refuse([run, ...prompt, '--completion', 'x', '--seed', '1'], /--seed is for a sampled completion/);
  });
});

it("shows a token's text with its spaces and controls visible", () => {
  const show = (text: string, token = 7) => shown({ token, text }, new Set([2]));
  expect(show(' a\u00a0b')).toBe('\u00b7a\u00b7b');
  expect(show('\n\r\t\\')).toBe('\\n\\r\\t\\\\');
  expect(show('\u001b[0m\u200b')).toBe('\\u{1b}[0m\\u{200b}');
  expect(show('\ufffd')).toBe('<7>');
  expect(show('')).toBe('<7>');
  expect(show('', 2)).toBe('<end>');
});

it('fills and cuts to the columns of a terminal', () => {
  expect(toColumns('cat', 5)).toBe('cat  ');
  expect(toColumns('\u732b', 5)).toBe('\u732b   ');
  expect(toColumns('\u{1f600}!', 5)).toBe('\u{1f600}!  ');
  expect(toColumns('elephant', 5)).toBe('elep\u2026');
  expect(toColumns('\u732b\u732b\u732b', 5)).toBe('\u732b\u732b\u2026');
  expect(toColumns('a\u732b\u732b\u732b', 5)).toBe('a\u732b\u2026 ');
});
