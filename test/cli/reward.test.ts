import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory, temporaryFile } from '../support/files.js';
import { runInProcess } from '../support/inProcess.js';
import { openStories } from '../support/lm.js';

const lines = readFileSync('data/preferences/train.jsonl', 'utf8').trim().split('\n').slice(0, 200);
const rows: { prompt: string; chosen: string; rejected: string }[] = lines.map((line) => JSON.parse(line));
const fileOf = (name: string, ...some: unknown[]) =>
  temporaryFile(name, some.map((row) => JSON.stringify(row)).join('\n'));

const reward = (...args: string[]) => runInProcess('reward', ...args);

/** Runs what must end with status 2, and gives its one line. */
async function refused(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await reward(...args);
  expect([status, stdout]).toEqual([2, '']);
  return stderr.trim().split('\n').at(-1) ?? '';
}

describe('tokenq reward', () => {
  it('trains a reward model and scores texts with it', async () => {
    const pairs = fileOf('pairs.jsonl', ...rows, { ...rows[0], rejected: rows[0].chosen });
    const out = join(temporaryDirectory(), 'model');
    const flags = [
      '--pairs',
      pairs,
      '--layers',
      '0,-1',
      '--hidden',
      '8',
      '--labels',
      'soft',
      '--epochs',
      '6',
    ];
    const trained = await reward('train', ...flags, '--held-out', '0.3', '--seed', '2', '--out', out);
    expect(trained.status, trained.stderr).toBe(0);
    expect(trained.stderr).toContain(`${pairs}: skipped 1 with chosen equal to rejected`);
    expect(trained.stdout).toMatch(/held-out pairs +0\.\d{3} \(0\.\d{3} to 0\.\d{3}\) +\d+ +0\.\d{3}\n/);
    expect(trained.stdout).toMatch(/near, margin up to .*\n.*middle, .*\n.*far, /);
    expect(trained.stdout).toContain(`report   ${out}/report.html`);

    const { prompt, chosen, rejected } = rows[5];
    const texts = ['--prompt', prompt, '--completion', chosen, '--completion', rejected];
    const scored = await reward('score', out, ...texts, '--json');
    expect(scored.status, scored.stderr).toBe(0);
    const { scores }: { scores: { prompt: string; completion: string; score: number }[] } = JSON.parse(
      scored.stdout,
    );
    expect(scores.map(({ completion }) => completion)).toEqual([chosen, rejected]);
    expect(scores.every((each) => each.prompt === prompt && Number.isFinite(each.score))).toBe(true);

    const file = fileOf(
      'completions.jsonl',
      { prompt, completion: chosen },
      { prompt, completion: rejected },
    );
    const table = await reward('score', out, '--file', file);
    expect(table.stdout).toMatch(/^score +prompt +completion\n/);
    expect(table.stdout).toContain(scores[0].score.toFixed(4));
    expect(await refused('train', '--pairs', pairs, '--out', out)).toBe(
      `tokenq: ${out} is there already: choose another --out, or remove it`,
    );
  });

  it('prints the report as JSON', async () => {
    const out = join(temporaryDirectory(), 'model');
    const evalFile = fileOf('eval.jsonl', ...rows.slice(150));
    const flags = ['--eval', evalFile, '--epochs', '1', '--out', out, '--json'];
    const { status, stdout, stderr } = await reward(
      'train',
      ...['--pairs', fileOf('p.jsonl', ...rows.slice(0, 150)), ...flags],
    );
    expect(status, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ out, pairs: 50, settings: { epochs: 1, hidden: [], lr: 0.02 } });
    expect(stderr).toContain('warning: ');
  });

  it('says what is wrong with the pairs', async () => {
    const out = join(temporaryDirectory(), 'model');
    const train = (file: string, ...more: string[]) =>
      refused('train', '--pairs', file, '--out', out, ...more);
    expect(await train('missing.jsonl')).toContain('missing.jsonl');
    expect(await train(fileOf('p.jsonl', { text: 'a' }))).toMatch(/p\.jsonl.*text/);
    expect(await train(fileOf('p.jsonl', { prompt: 'a', chosen: 'b', rejected: 'b' }))).toContain(
      'makes no pair: 1 with chosen equal to rejected',
    );
    const liked = rows.slice(0, 3).map(({ prompt, chosen }) => ({ prompt, completion: chosen, label: true }));
    expect(await train(fileOf('p.jsonl', ...liked))).toContain('makes no pair: 3 with nothing to compare');
    const bare = rows.map(({ prompt, chosen, rejected }) => ({ prompt, chosen, rejected }));
    expect(await train(fileOf('p.jsonl', ...bare), '--margin', 'column')).toContain(
      'the pair has no margin, which margin: column needs',
    );
    expect(await train(fileOf('p.jsonl', rows[0], rows[1]))).toContain('all pairs have the same prompt');
    expect(existsSync(out)).toBe(false);
  });

  it('refuses options that contradict each other or mean nothing', async () => {
    const pairs = ['--pairs', 'data/preferences/train.jsonl'];
    expect(await refused('train', ...pairs, '--centring-coefficient', '1')).toContain(
      'only centring: loss takes it',
    );
    expect(await refused('train', ...pairs, '--labels', 'soft', '--margin', '1')).toContain('leave it out');
    expect((await reward('train', ...pairs, '--hidden', '8,x')).status).toBe(2);
    expect((await reward('train', ...pairs, '--layers', '0.5')).status).toBe(2);
    expect((await reward('train', ...pairs, '--held-out', '1')).status).toBe(2);
    expect((await reward('train')).status).toBe(2);
  });
});

/** The scores of `--json`. */
function scoresOf(stdout: string): number[] {
  const { scores }: { scores: { score: number }[] } = JSON.parse(stdout);
  return scores.map(({ score }) => score);
}

describe('tokenq reward score', () => {
  const texts = [
    '--prompt',
    'The hotel',
    '--completion',
    ' was good.',
    '--completion',
    ' was bad and dirty.',
  ];

  it('takes any reward', async () => {
    const sentiment = await reward('score', 'sentiment', ...texts);
    expect(sentiment.status, sentiment.stderr).toBe(0);
    expect(sentiment.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'score',
      '0.4404',
      '-0.7506',
      '',
    ]);
    const counted = await reward(
      'score',
      ...['keywords', '--set', 'reward.words=[dirty]', ...texts, '--json'],
    );
    expect(scoresOf(counted.stdout)).toEqual([0, 1]);
    const configured = await reward('score', '--config', 'configs/short.yaml', ...texts, '--json');
    expect(configured.status, configured.stderr).toBe(0);
  });

  it('counts tokens as the language model does', async () => {
    const lm = await openStories();
    const before = lm.tokenizer.encode('The hotel').length;
    const [good, bad] = [' was good.', ' was bad and dirty.'].map(
      (text) => lm.tokenizer.encode(`The hotel${text}`).length - before,
    );
    await lm.close();
    const parameters = ['unit=tokens', 'target=0', 'tolerance=100'].flatMap((each) => [
      '--set',
      `reward.${each}`,
    ]);
    const { stdout, stderr } = await reward('score', 'length', ...parameters, ...texts, '--json');
    expect(
      scoresOf(stdout).map((score) => Math.round(100 * (1 - score))),
      stderr,
    ).toEqual([good, bad]);
  });

  it('takes a prompt for each completion, and other columns from a file', async () => {
    const file = fileOf(
      'c.jsonl',
      { prompt: 'a', completion: 'x', reference: 'x' },
      { prompt: 'a', completion: 'y', reference: 'x' },
    );
    const exact = await reward(
      'score',
      ...['similarity', '--set', 'reward.measure=exact', '--file', file, '--json'],
    );
    expect(scoresOf(exact.stdout)).toEqual([1, 0]);
  });

  it('says what is missing', async () => {
    expect(await refused('score', ...texts)).toContain('name what to score with');
    expect(await refused('score', 'sentiment')).toContain('no text to score');
    expect(await refused('score', 'sentiment', ...texts, '--prompt', 'x', '--prompt', 'y')).toContain(
      '3 --prompt for 2 --completion',
    );
    expect(await refused('score', 'sentiment', ...texts, '--file', 'x.jsonl')).toContain('--file excludes');
    const file = fileOf('c.jsonl', { prompt: 'a', completion: 'b' }, { prompt: 'a' });
    expect(await refused('score', 'sentiment', '--file', file)).toContain(
      `${file}:2: there is no text in 'completion'`,
    );
    expect(await refused('score', 'sentimnt', ...texts)).toContain("did you mean 'sentiment'?");
    expect(await refused('score', temporaryDirectory(), ...texts)).toContain('holds no reward model');
  });
});
