import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const run = join(folder, 'intents');
const prompt = 'I want my money back';

beforeAll(async () => {
  const quick = [
    '--steps',
    '2',
    '--set',
    'eval.samples=1',
    '--set',
    'eval.bestOf=[2]',
    '--set',
    'data.evalSize=8',
  ];
  const trained = await runCli(['train', 'configs/intents.yaml', ...quick, '--out', run, '--json']);
  expect(trained.status, trained.stderr).toBe(0);
  expect(JSON.parse(trained.stdout)).toMatchObject({ steps: 2, klPerToken: expect.any(Number) });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('a run that chooses among labels', () => {
  const labels = ['bug', 'cancel', 'delivery', 'invoice', 'password', 'refund', 'thanks', 'upgrade'];

  it('samples one of them, apart from the prompt', async () => {
    const plain = await runCli(['sample', run, '--prompt', prompt]);
    const [, label] = plain.stdout.trim().split(' → ');
    expect(labels).toContain(label);
    const json = await runCli(['sample', run, '--prompt', prompt, '--n', '3', '--json']);
    const { samples } = JSON.parse(json.stdout);
    expect(samples).toHaveLength(3);
    for (const { completion, finishReason } of samples) {
      expect(labels).toContain(completion);
      expect(finishReason).toBe('stop');
    }
  });

  it('refuses what is about tokens', async () => {
    for (const option of [['--stop', 'x'], ['--max-new-tokens', '3'], ['--stream'], ['--bad-word', 'x']]) {
      const refused = await runCli(['sample', run, '--prompt', prompt, ...option]);
      expect(refused.status).toBe(2);
      expect(refused.stderr.trim()).toBe(
        `tokenq: leave out ${option[0]}: ${run} chooses among the actions of env.actions`,
      );
    }
  });

  it('shows what each label is worth', async () => {
    const shown = await runCli([
      'inspect',
      run,
      '--prompt',
      prompt,
      '--completion',
      'thanks',
      '--candidates',
      '8',
    ]);
    const lines = shown.stdout.split('\n');
    expect(lines[0]).toBe(`${prompt} → thanks`);
    expect(lines[2]).toMatch(/^a choice at beta [\d.]+, KL \d\.\d{3} nats per choice$/);
    for (const label of labels) expect(lines.some((line) => line.includes(` ${label} `))).toBe(true);
    expect(lines.find((line) => line.startsWith('   >'))).toContain('thanks');
    const unknown = await runCli(['inspect', run, '--prompt', prompt, '--completion', 'thank']);
    expect([unknown.status, unknown.stderr.trim()]).toEqual([
      2,
      "tokenq: 'thank' is none of the actions of this run; did you mean 'thanks'?",
    ]);
  });
});
