import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeStoriesChatLm } from '../fixtures/lm/chatLm.js';
import { copyMultilingual } from '../fixtures/lm/seq2seq.js';
import { runCli } from '../support/cli.js';
import { temporaryFile } from '../support/files.js';
import { STORIES } from '../support/lm.js';
import { writeStoryRun } from '../support/runs.js';

const home = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const run = join(home, 'run');
const chat = join(home, 'chat');

beforeAll(async () => {
  const config = 'env: { maxNewTokens: 16 }\nlm: { threads: 1 }\nsample: { beta: 1 }\n';
  mkdirSync(run);
  await writeStoryRun(run, config, 16, ['g']);
  writeStoriesChatLm(chat);
}, 60_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Completion {
  completion: string;
  tokens: number;
  messages?: { role: string; content: string }[];
}

async function sample(...args: string[]): Promise<Completion[]> {
  const { status, stdout, stderr } = await runCli(['sample', ...args, '--json']);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout).samples;
}

async function refuse(args: string[], message: RegExp) {
  const { status, stdout, stderr } = await runCli(['sample', ...args]);
  expect(stderr).toMatch(message);
  expect(stderr.replace('(see --help)', '').trim().split('\n')).toHaveLength(1);
  expect([stdout, status]).toEqual(['', 2]);
}

const one = ['--prompt', 'One day'];

describe.each([
  ['a run', () => [run, ...one]],
  ['a language model', () => ['--lm', STORIES, ...one]],
])('the sampling options of %s', { timeout: 60_000 }, (_, of) => {
  it('penalise what was there, and repeat no run of tokens', async () => {
    const [free] = await sample(...of(), '--temperature', '0', '--max-new-tokens', '40');
    for (const option of [
      ['--repetition-penalty', '50'],
      ['--no-repeat-ngram-size', '1'],
    ]) {
      const [other] = await sample(...of(), '--temperature', '0', '--max-new-tokens', '40', ...option);
      expect(other.completion).not.toBe(free.completion);
      const words = other.completion.match(/\b[a-z]{4,}\b/g) ?? [];
      expect(new Set(words).size).toBe(words.length);
    }
  });

  it('never write bad words', async () => {
    const [free] = await sample(...of(), '--temperature', '0');
    const [first = '', second = ''] = free.completion.match(/\b[a-z]{3,}\b/g) ?? [];
    const [other] = await sample(...of(), '--temperature', '0', '--bad-word', first, '--bad-word', second);
    expect(other.completion).not.toMatch(new RegExp(`\\b(${first}|${second})\\b`));
  });

  it('keep what is likely enough', async () => {
    const greedy = await sample(...of(), '--temperature', '0');
    expect(await sample(...of(), '--min-p', '1')).toEqual(greedy);
    expect(await sample(...of(), '--min-p', '0.01', '--n', '4')).not.toEqual(
      await sample(...of(), '--n', '4'),
    );
  });

  it('refuse values that make no sense', async () => {
    await refuse([...of(), '--min-p', '2'], /--min-p.*above 0 and at most 1/);
    await refuse([...of(), '--repetition-penalty', '0'], /--repetition-penalty.*above 0/);
    await refuse([...of(), '--no-repeat-ngram-size', '0'], /--no-repeat-ngram-size.*at least 1/);
    await refuse([...of(), '--bad-word', ' '], /the bad word ' ' is blank/);
    await refuse(
      [...of(), '--temperature', '0', '--top-k', '5', '--min-p', '0.1'],
      /leave out --top-k, --min-p: --temperature 0 takes the likeliest token/,
    );
  });
});

describe('tokenq sample --lm', { timeout: 60_000 }, () => {
  const lm = ['--lm', STORIES];

  it('generates with the model as it is, the same for the same seed', async () => {
    const samples = await sample(...lm, ...one, '--n', '3');
    expect(samples.map(({ tokens }) => tokens <= 32)).toEqual([true, true, true]);
    expect(new Set(samples.map(({ completion }) => completion)).size).toBe(3);
    expect(await sample(...lm, ...one, '--n', '3')).toEqual(samples);
    expect(await sample(...lm, ...one, '--n', '3', '--seed', '1')).not.toEqual(samples);
    const short = await sample(...lm, ...one, '--max-new-tokens', '3');
    expect(short[0].tokens).toBeLessThanOrEqual(3);
  });

  it('streams the text that it would have printed', async () => {
    const args = ['sample', ...lm, ...one, '--stop', ' the', '--dtype', 'fp32', '--device', 'cpu'];
    const whole = await runCli(args);
    expect(whole.stdout).toMatch(/^One day.+\n$/s);
    expect((await runCli([...args, '--stream'])).stdout).toBe(whole.stdout);
  });

  it('takes conversations through the chat template', async () => {
    const file = temporaryFile('chat.jsonl', '{"messages": [{"role": "user", "content": "Hello."}]}\n');
    const [{ messages, completion }] = await sample('--lm', chat, '--prompts', file);
    expect(messages).toEqual([
      { role: 'user', content: 'Hello.' },
      { role: 'assistant', content: completion },
    ]);
    await refuse([...lm, '--prompts', file], /has no chat template/);
  });

  it('translates into the language that is asked for', async () => {
    const nllb = copyMultilingual(join(home, 'nllb'));
    const args = ['sample', '--lm', nllb, '--prompt', 'w7 w8', '--temperature', '0', '--max-new-tokens', '6'];
    const into = (target: string) =>
      runCli([...args, '--source-language', 'eng_Latn', '--target-language', target]);
    const [french, german] = [await into('fra_Latn'), await into('deu_Latn')];
    expect(french.stderr).toBe('');
    expect(french.stdout).toMatch(/^w7 w8\n/);
    expect(french.stdout).not.toBe(german.stdout);
    expect((await into('french')).stderr).toMatch(/knows no language 'french'/);
    expect((await runCli(args)).stderr).toMatch(/^warning: it translates into 3 languages/);
  });

  it('says what does not belong together', async () => {
    await refuse(one, /give a run's directory, or a language model with --lm/);
    await refuse([run, ...lm, ...one], /and --lm exclude each other: a run has its own model/);
    await refuse([...lm, ...one, '--beta', '1'], /leave out --beta: --lm names a language model as it is/);
    await refuse([...lm, ...one, '--base', '--checkpoint', 'best'], /leave out --base, --checkpoint/);
    await refuse([run, ...one, '--dtype', 'q4'], /leave out --dtype: only a model that --lm names/);
    await refuse(['--lm', join(home, 'none'), ...one], /none/);
    await refuse([...lm, '--prompt', ''], /--prompt:1: the prompt has no tokens/);
    await refuse([...lm, ...one, '--stream', '--n', '2'], /--stream takes one prompt/);
  });
});
