import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeStoriesChatLm } from '../fixtures/lm/chatLm.js';
import { runCli } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const run = join(folder, 'run');
const dialogues = join(folder, 'dialogues.jsonl');

/** `configs/dialogue.yaml` on the bundled model, which has a single file, and for two steps. */
beforeAll(async () => {
  const lm = writeStoriesChatLm(join(folder, 'lm'));
  writeFileSync(dialogues, '{"turns": ["Hello.", "Was it good?"], "system": "Be kind."}\n');
  const quick = [
    ...['lm.dtype=fp32', 'lm.threads=1', 'env.maxNewTokens=6', 'env.topK=16', 'agent.head.hidden=[16]'],
    ...['train.promptsPerStep=2', 'train.samplesPerPrompt=2', 'data.evalSize=4', 'data.calibrationSize=4'],
    ...['eval.samples=1', 'eval.bestOf=[2]'],
  ].flatMap((setting) => ['--set', setting]);
  const trained = await runCli([
    ...['train', 'configs/dialogue.yaml', '--lm', lm, '--steps', '2', ...quick, '--out', run, '--json'],
  ]);
  expect(trained.status, trained.stderr).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 2, klPerToken: expect.any(Number) });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** An answer of the model may be of any text, on several lines. */
const ANSWER = '[^]*';

describe('a run of dialogues', () => {
  it('prints a conversation, as text, in pieces and as a document', async () => {
    const shape = new RegExp(
      `^System: Be kind\\.\\n\\nUser: Hello\\.\\n\\nAssistant: ${ANSWER}\\n\\nUser: Was it good\\?\\n\\nAssistant: ${ANSWER}\\n$`,
    );
    const plain = await runCli(['sample', run, '--prompts', dialogues]);
    expect(plain.stdout, plain.stderr).toMatch(shape);
    const streamed = await runCli(['sample', run, '--prompts', dialogues, '--stream']);
    expect(streamed.stdout).toBe(plain.stdout);
    const json = await runCli(['sample', run, '--prompts', dialogues, '--json', '--base']);
    const { samples } = JSON.parse(json.stdout);
    expect(samples).toHaveLength(1);
    expect(samples[0].messages.map(({ role }: { role: string }) => role)).toEqual([
      ...['system', 'user', 'assistant', 'user', 'assistant'],
    ]);
  });

  it('answers a plain prompt once', async () => {
    const { stdout } = await runCli(['sample', run, '--prompt', 'Hello.', '--n', '2']);
    expect(stdout).toMatch(
      new RegExp(
        `^User: Hello\\.\\n\\nAssistant: ${ANSWER}\\n\\nUser: Hello\\.\\n\\nAssistant: ${ANSWER}\\n$`,
      ),
    );
    const shown = await runCli(['inspect', run, '--prompt', 'Hello.', '--completion', 'One day']);
    expect(shown.stdout.split('\n').slice(0, 2)).toEqual(['Hello.', 'One day']);
  });

  it('is evaluated on whole dialogues', async () => {
    const { status, stdout, stderr } = await runCli(['eval', run, '--prompts', dialogues, '--json']);
    expect(status, stderr).toBe(0);
    const { base, tuned, tokens } = JSON.parse(stdout);
    expect([base.reward.mean, tuned[0].klPerToken].every(Number.isFinite)).toBe(true);
    // Three dialogues of two answers, of at most six tokens each.
    expect(tokens).toBeGreaterThan(6);
    expect(tokens).toBeLessThanOrEqual(36);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('User: Was it good?');
  });
});

it('says what to set where a run is none of dialogues', async () => {
  const { status, stderr } = await runCli(['train', '--prompts', dialogues, '--out', join(folder, 'none')]);
  expect([status, stderr.trim()]).toEqual([
    2,
    `tokenq: ${dialogues}:1: 'turns' is a dialogue: set env.turns to the most answers of one`,
  ]);
});
