import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { env } from '@huggingface/transformers';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { runCli } from '../../src/cli/program.js';
import { HubServer, startAfresh } from '../hub/hubServer.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs `tokenq data`. */
async function data(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((piece) => {
      written[stream] += stripVTControlCharacters(String(piece));
      return true;
    });
  }
  const status = await runCli(['data', ...args]);
  vi.restoreAllMocks();
  return { status, ...written };
}

const fileOf = (name: string, ...rows: unknown[]) =>
  temporaryFile(name, rows.map((row) => JSON.stringify(row)).join('\n'));
const good = { prompt: 'Once', chosen: ' upon a time', rejected: ' more' };

it('tells what a dataset holds, with status 0 when all rows can be used', async () => {
  const rows = [good, good, { ...good, prompt: 'Then' }, { ...good, rejected: good.chosen }];
  const file = fileOf('good.jsonl', ...rows, { ...good, chosen: ' more', rejected: ' upon a time' });
  expect(await data('check', file)).toEqual({
    status: 0,
    stderr: '',
    stdout: `${file} holds preference pairs ('chosen' and 'rejected')

rows                5
pairs               4
without a pair      1 with chosen equal to rejected
prompts             4, 2 of them distinct
repeated prompts    1, up to 3 times (Once)
repeated rows       1 (2 as 1)
contradictions      1 (5 against 1)
chosen is longer    in 75.0% of the pairs

length                min  median  95%  max
prompt    characters  4    4       4    4
prompt    words       1    1       1    1
chosen    characters  5    12      12   12
chosen    words       1    3       3    3
rejected  characters  5    5       12   12
rejected  words       1    1       3    3
`,
  });
});

it('lists bad rows and leaks, with status 2 and a line at the end', async () => {
  const bad = Array.from({ length: 22 }, (_, i) => ({ prompt: `${i}`, chosen: 'a' }));
  const file = fileOf('bad.jsonl', good, ...bad);
  const other = fileOf('other.jsonl', { prompt: 'x' }, { prompt: 'once ' });
  const { status, stdout, stderr } = await data('check', file, '--against', other);
  expect(status).toBe(2);
  expect(stderr).toBe(
    `tokenq: ${file} has 22 bad rows, and 1 row whose prompt is in ${other} too: mend them or leave them out\n`,
  );
  expect(stdout).toContain(`leaked prompts      1 stand in ${other} too (1 at 2)\n`);
  const lines = stdout.slice(stdout.indexOf('22 bad rows')).trimEnd().split('\n');
  expect(lines).toHaveLength(22);
  expect(lines[1]).toBe(`${file}:2: no 'rejected' (its keys: prompt, chosen)`);
  expect(lines[21]).toBe('and 2 more, which --json shows');
});

it('prints one JSON document with --json, with all bad rows', async () => {
  const file = fileOf('bad.jsonl', good, ...Array(30).fill({ prompt: 'a', chosen: 'b' }));
  const { status, stdout, stderr } = await data('check', file, '--json');
  expect(status).toBe(2);
  expect(stderr).toBe(`tokenq: ${file} has 30 bad rows: mend them or leave them out\n`);
  expect(JSON.parse(stdout)).toMatchObject({ format: 'paired', rows: 31, pairs: 1, prompts: 1 });
  expect(JSON.parse(stdout).badRows).toHaveLength(30);
});

it('counts the tokens of a language model', async () => {
  const file = fileOf('scored.jsonl', { prompt: 'Once upon', completion: ' a time', score: 1 });
  const { status, stdout } = await data('check', file, '--lm', 'data/models/stories');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^prompt {6}tokens {6}[2-9] /m);
  expect(stdout).toMatch(/^completion {2}tokens {6}2 /m);
});

it('names the files of a dataset on the hub', async () => {
  const [root, cacheDir] = [temporaryDirectory(), temporaryDirectory()];
  for (const [n, prompt] of ['Once', 'Then', 'once'].entries()) {
    const folder = join(root, 'datasets/owner/set', n < 2 ? 'a' : 'b');
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, 'test.jsonl'), `${JSON.stringify({ ...good, prompt })}\n`);
  }
  const hub = new HubServer(root);
  await hub.start();
  const before = { cacheDir: env.cacheDir, remoteHost: env.remoteHost };
  onTestFinished(() => {
    hub.stop();
    vi.unstubAllEnvs();
    Object.assign(env, before);
  });
  startAfresh(hub, cacheDir);
  env.remoteHost = hub.address;
  const { status, stdout, stderr } = await data('check', 'owner/set', '--split', 'test');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^files {15}2$/m);
  expect(stdout).toMatch(
    /^repeated rows {7}1 \(owner\/set\/b\/test\.jsonl:1 as owner\/set\/a\/test\.jsonl:1\)$/m,
  );
  expect(stderr).toContain('downloading a/test.jsonl');
  expect((await data('check', 'owner/set')).stderr).toBe(
    'tokenq: owner/set has no split train on the hub: choose one that is there (test)\n',
  );
});

it('refuses what it cannot read, in one line', async () => {
  const text = temporaryFile('notes.md', 'a');
  for (const [args, message] of [
    [['check', 'nowhere.jsonl'], 'no such file: nowhere.jsonl'],
    [['check', text], 'rows come as .jsonl, .json, .csv or .parquet'],
    [['check', fileOf('a.jsonl', good), '--split', 'test'], 'is a file and has no split test'],
  ] as const) {
    const { status, stdout, stderr } = await data(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^tokenq: [^\n]*\n$/);
    expect(stderr).toContain(message);
  }
});

it('takes usage errors of the subcommand as bad input', async () => {
  const { status, stderr } = await data('check', '--foo');
  expect(status).toBe(2);
  expect(stderr).toContain("unknown option '--foo'");
});
