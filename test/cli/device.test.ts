import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseDevice, tryDevices } from '../../src/lm/index.js';
import { Sampler } from '../../src/sample/index.js';
import { runCli } from '../support/cli.js';
import { writeStoryRun } from '../support/runs.js';

const run = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
const prompts = join(run, 'prompts.txt');

beforeAll(async () => {
  const config = 'env: { maxNewTokens: 4 }\nlm: { threads: 1, device: cuda }\nsample: { beta: 3 }\n';
  await writeStoryRun(run, config, 8, ['g']);
  writeFileSync(prompts, 'One day\nThe film\n');
});
afterAll(() => rmSync(run, { recursive: true, force: true }));

describe('--device', { timeout: 60_000 }, () => {
  it('overrides the device of the run in sample, eval and inspect', async () => {
    const commands = [
      ['sample', run, '--prompt', 'One day'],
      ['eval', run, '--prompts', prompts, '--samples', '1', '--best-of', '2'],
      ['inspect', run, '--prompt', 'One day'],
    ];
    const [cuda] = await tryDevices();
    for (const command of commands) {
      const { status, stderr } = await runCli([...command, '--device', 'cpu']);
      expect(status, stderr).toBe(0);
      if (cuda.ok) continue;
      expect(await runCli(command)).toMatchObject({
        status: 2,
        stdout: '',
        stderr: `tokenq: the device cuda cannot be used: ${cuda.reason}\n`,
      });
    }
    const sampler = await Sampler.open(run, undefined, { device: 'cpu' });
    expect(sampler.lm.info.device).toBe('cpu');
    await sampler.close();
  });

  it('is refused before anything is trained', async () => {
    const trained = await runCli(['train', '--device', 'tpu']);
    expect(trained.stderr).toMatch(/^error: .*It must be one of cpu, webgpu, cuda, auto\.$/m);
    expect(trained.status).toBe(2);
    const [cuda] = await tryDevices();
    if (cuda.ok) return;
    const out = join(run, 'new');
    const refused = await runCli(['train', 'configs/quickstart.yaml', '--device', 'cuda', '--out', out]);
    expect(refused.stderr).toContain(`tokenq: the device cuda cannot be used: ${cuda.reason}\n`);
    expect(refused.status).toBe(2);
  });

  it('auto comes to the CPU without a word where there is no GPU', async () => {
    const { status, stdout, stderr } = await runCli([
      ...['doctor', '--lm', 'data/models/stories', '--device', 'auto', '--json'],
    ]);
    expect(status, stderr).toBe(0);
    const device = await chooseDevice('auto');
    expect(JSON.parse(stdout).device).toBe(device);
    if (device === 'cpu') expect(stderr).toBe('');
  });
});
