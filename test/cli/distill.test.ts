import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DistillResult } from '../../src/train/index.js';
import { type ChatRequest, startChatServer, verdict } from '../reward/remote/chatServer.js';
import { type CliResult, interruptCli, runCli } from '../support/cli.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

const openings = ['One day', 'A small dog', 'Tom found', 'Near the sea', 'The hotel was', 'It was late and'];
const prompts = () =>
  temporaryFile(
    'prompts.txt',
    openings.flatMap((text) => [text, `${text} a`, `${text} the`, `${text} some`]).join('\n'),
  );

/** Everything as small as it can be. */
const tiny = [
  ...['env.maxNewTokens=6', 'env.topK=16', 'agent.head.hidden=[16]', 'train.mode=sync', 'agent.backend=wasm'],
  ...['train.steps=2', 'train.promptsPerStep=2', 'train.samplesPerPrompt=4', 'train.evalSamples=1'],
  ...['data.evalSize=6', 'data.calibrationSize=4', 'eval.samples=1', 'eval.bestOf=[2]'],
].flatMap((setting) => ['--set', setting]);

const LM_TEACHER = ['--teacher', 'data/models/cosy'];

function distillAt(out: string, ...args: string[]): Promise<CliResult> {
  return runCli(['distill', '--prompts', prompts(), '--out', out, '--json', ...tiny, ...args]);
}

function resultOf({ status, stdout, stderr }: CliResult): DistillResult {
  expect(stderr).not.toContain('Error:');
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

function linesOf(...path: string[]): unknown[] {
  return readFileSync(join(...path), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

/** When the files of a run's stages were written. */
function written(out: string): number[] {
  return ['completions.jsonl', 'ratings.jsonl', 'scored.jsonl'].map(
    (name) => statSync(join(out, name)).mtimeMs,
  );
}

describe('distilling a larger model on this machine', () => {
  it('goes from preferences through a reward model to a head', async () => {
    const out = join(temporaryDirectory(), 'out');
    const settings = ['distill.samples=4', 'distill.rewardModel.epochs=2'].flatMap((set) => ['--set', set]);
    const result = resultOf(await distillAt(out, '--method', 'preferences', ...LM_TEACHER, ...settings));
    // 24 prompts, of which 6 are evaluated on and 4 calibrated on: 14 with 6 pairs of 4 completions.
    expect(linesOf(out, 'completions.jsonl')).toHaveLength(56);
    expect(linesOf(out, 'ratings.jsonl')).toHaveLength(14);
    expect(result).toMatchObject({ method: 'preferences', unrated: 0, run: join(out, 'run') });
    expect(Number(result.pairs) + Number(result.skipped)).toBe(84);
    expect(linesOf(out, 'pairs.jsonl')[0]).toMatchObject({
      chosen: expect.any(String),
      margin: expect.any(Number),
    });
    expect(existsSync(join(out, 'reward', 'report.html'))).toBe(true);
    expect(result.winRate).toMatchObject({ prompts: 6, unrated: 0 });
    expect(JSON.parse(readFileSync(join(out, 'distill.json'), 'utf8'))).toEqual(result);

    const stages = written(out);
    const again = await runCli(['distill', '--resume', out, '--json']);
    expect(resultOf(again)).toEqual(result);
    expect(written(out).slice(0, 2)).toEqual(stages.slice(0, 2));
    const sampled = await runCli(['sample', join(out, 'run'), '--prompt', 'One day', '--json']);
    expect(sampled.status, sampled.stderr).toBe(0);
  }, 60_000);

  it('follows its next-token distributions', async () => {
    const out = join(temporaryDirectory(), 'out');
    const result = resultOf(
      await distillAt(out, '--method', 'policy', ...LM_TEACHER, '--set', 'agent.updates=4'),
    );
    expect(result.winRate?.prompts).toBe(6);
    expect(linesOf(out, 'run', 'metrics.jsonl')[0]).toMatchObject({ teacherKl: expect.any(Number) });
  }, 60_000);

  it('learns offline from what it rates', async () => {
    const out = join(temporaryDirectory(), 'out');
    const sets = ['distill.samples=4', 'distill.prompts=5', 'agent.updates=4'].flatMap((set) => [
      '--set',
      set,
    ]);
    const result = resultOf(await distillAt(out, '--method', 'offline', ...LM_TEACHER, ...sets));
    expect(result.completions).toBe(join(out, 'scored.jsonl'));
    const scored = linesOf(out, 'scored.jsonl');
    expect(scored.length + Number(result.unrated)).toBe(20);
    expect(readFileSync(join(out, 'run', 'config.yaml'), 'utf8')).toContain('type: ilql');
  }, 60_000);

  it('goes on after a kill, to the same student', async () => {
    const whole = join(temporaryDirectory(), 'out');
    const cut = join(temporaryDirectory(), 'out');
    const args = ['--method', 'offline', ...LM_TEACHER, '--set', 'agent.updates=4'];
    const expected = resultOf(await distillAt(whole, ...args));
    const killed = await interruptCli(
      ['distill', '--prompts', prompts(), '--out', cut, '--json', ...tiny, ...args],
      () => existsSync(join(cut, 'ratings.jsonl')),
      'SIGKILL',
    );
    expect(killed.signal).toBe('SIGKILL');
    const { reward, winRate, beta } = resultOf(await runCli(['distill', '--resume', cut, '--json']));
    expect({ reward, winRate }).toEqual({ reward: expected.reward, winRate: expected.winRate });

    const closer = ['--set', 'klBudget=0.001'];
    const recalibrated = resultOf(await runCli(['distill', '--resume', cut, '--json', ...closer]));
    expect(recalibrated.beta).toBeLessThan(beta);
  }, 90_000);
});

describe('distilling a judge elsewhere', () => {
  /** Likes long texts, and says what a question costs. */
  const judge = ({ material }: ChatRequest) =>
    verdict(Math.min(10, 1 + Math.floor((material.response?.length ?? 0) / 4)), [100, 10]);

  it('stops at its budget, and goes on with a larger one without asking anything again', async () => {
    const seen = new Map<string, number>();
    const server = await startChatServer((request) => {
      const key = JSON.stringify(request.material);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return judge(request);
    });
    const out = join(temporaryDirectory(), 'out');
    const teacher = [
      ...['type=judge', `baseUrl=${server.address}/v1`, 'model=gpt-4o-mini', 'concurrency=4', 'backoff=1'],
      ...['price={input: 1, output: 2}', 'maxTokens=16'],
    ].flatMap((setting) => ['--set', `distill.teacher.${setting}`]);
    const small = ['distill.samples=4', 'distill.method=offline', 'agent.updates=4'].flatMap((set) => [
      '--set',
      set,
    ]);
    const budget = ['--set', 'distill.teacher.budget={tokens: 4000}'];
    const stopped = await distillAt(out, ...teacher, ...small, ...budget);
    expect(stopped.status).toBe(2);
    expect(stopped.stderr).toMatch(/budget/);
    expect(stopped.stderr).toContain(`tokenq distill --resume ${out}`);
    const paid = seen.size;
    expect(paid).toBeGreaterThan(0);

    const raised = ['--set', 'distill.teacher.budget={tokens: 400000}'];
    const result = resultOf(await runCli(['distill', '--resume', out, '--json', ...raised]));
    expect(result.winRate?.prompts).toBe(6);
    expect(Math.max(...seen.values())).toBe(1);
    expect(seen.size).toBeGreaterThan(paid);
  }, 90_000);
});

describe('bad input', () => {
  it.each([
    [['--method', 'preferences'], /'distill\.teacher'/],
    [[], /no 'distill' section: give --method and --teacher/],
    [['--method', 'offline', '--teacher', 'data/models/none'], /data\/models\/none/],
    [['--method', 'policy', '--teacher', 'sentiment'], /'distill\.teacher\.type'/],
    [['--method', 'preferences', '--teacher', 'none.jsonl'], /none\.jsonl/],
    [['--method', 'preferences', ...LM_TEACHER, '--set', 'env.turns=2'], /env\.turns/],
    [['--method', 'offline', ...LM_TEACHER, '--set', 'agent.target.type=value'], /agent\.target\.type ilql/],
    [['--method', 'preferences', ...LM_TEACHER, '--set', 'distill.sample=3'], /did you mean 'samples'/],
  ])('is told in one line: %s', async (args, message) => {
    const out = join(temporaryDirectory(), 'out');
    const { status, stderr } = await distillAt(out, ...args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^tokenq: /);
  });

  it('refuses another teacher on the way', async () => {
    const out = join(temporaryDirectory(), 'out');
    const args = ['--method', 'offline', ...LM_TEACHER, '--set', 'agent.updates=4'];
    resultOf(await distillAt(out, ...args));
    const other = await runCli(['distill', '--resume', out, '--teacher', 'data/models/stories']);
    expect(other.status).toBe(2);
    expect(other.stderr).toMatch(/keeps its 'teacher'/);
  }, 60_000);
});
