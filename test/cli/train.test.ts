import { existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interruptCli, runCli, startCli } from '../support/cli.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

/** A run of a few seconds; `sync` mode repeats bit for bit. */
const SMALL = [
  'train.mode=sync',
  'train.steps=4',
  'train.promptsPerStep=4',
  'train.samplesPerPrompt=4',
  'train.checkpointEvery=1',
  'train.evalEvery=2',
  'train.evalSamples=1',
  'env.maxNewTokens=8',
  'data.evalSize=8',
  'data.calibrationSize=8',
  'agent.valueUpdates=4',
  'eval.samples=2',
  'eval.bestOf=[2]',
].flatMap((setting) => ['--set', setting]);

const small = (...args: string[]) => ['train', 'configs/quickstart.yaml', ...SMALL, ...args];
const newRun = () => join(temporaryDirectory(), 'run');

/** The lines of `metrics.jsonl` without the times, which no two runs share. */
function metrics(run: string): Record<string, unknown>[] {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const { seconds, tokensPerSecond, ...rest } = JSON.parse(line);
    expect(seconds).toBeGreaterThan(0);
    expect(tokensPerSecond).toBeGreaterThan(0);
    return rest;
  });
}

function lines(path: string): number {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

describe('tokenq train', { timeout: 240_000 }, () => {
  it('leaves a whole run directory and prints one JSON document', async () => {
    const run = newRun();
    const { status, stdout, stderr } = await runCli(small('--out', run, '--json'));
    expect(stderr).toMatch(/step 4\/4 {2}reward/);
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(Object.keys(result).sort()).toEqual(
      ['beta', 'generatedTokens', 'klPerToken', 'reward', 'run', 'seconds', 'steps'].sort(),
    );
    expect(result).toMatchObject({ run, steps: 4 });
    for (const file of ['config.yaml', 'samples.jsonl', 'policy.json', 'evaluation.json', 'report.html']) {
      expect(existsSync(join(run, file)), file).toBe(true);
    }
    for (const file of ['head.safetensors', 'optimizer.safetensors', 'replay.bin', 'state.json']) {
      expect(existsSync(join(run, 'last', file)), file).toBe(true);
      expect(existsSync(join(run, 'best', file)), file).toBe(true);
    }
    expect(existsSync(join(run, '.lock'))).toBe(false);
    expect(metrics(run)).toHaveLength(4);
    expect(readFileSync(join(run, 'report.html'), 'utf8')).toContain('<svg');
  });

  it('repeats bit for bit in sync mode, and goes on after Ctrl-C and after kill -9 as if never stopped', async () => {
    const whole = newRun();
    expect((await runCli(small('--out', whole))).status).toBe(0);
    const run = newRun();
    const atLine = (count: number) => () => lines(join(run, 'metrics.jsonl')) >= count;

    const stopped = await interruptCli(small('--out', run), atLine(1), 'SIGINT');
    expect(stopped.status).toBe(130);
    const done = lines(join(run, 'metrics.jsonl'));
    expect(stopped.stderr).toContain(
      `stopped after step ${done} of 4: go on with 'tokenq train --resume ${run}'`,
    );

    const killed = await interruptCli(['train', '--resume', run], atLine(3), 'SIGKILL');
    expect(killed.signal).toBe('SIGKILL');

    const resumed = await runCli(['train', '--resume', run, '--json']);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(metrics(run)).toEqual(metrics(whole));
    expect(readFileSync(join(run, 'samples.jsonl'), 'utf8')).toBe(
      readFileSync(join(whole, 'samples.jsonl'), 'utf8'),
    );
    expect(readFileSync(join(run, 'last', 'head.safetensors'))).toEqual(
      readFileSync(join(whole, 'last', 'head.safetensors')),
    );
    expect(readFileSync(join(run, 'policy.json'), 'utf8')).toBe(
      readFileSync(join(whole, 'policy.json'), 'utf8'),
    );
  });

  it.runIf(existsSync('/dev/full'))(
    'says so when the disk is full, and goes on once there is room',
    async () => {
      const run = newRun();
      const log = join(run, 'metrics.jsonl');
      const { child, done } = startCli(small('--out', run));
      const watch = setInterval(() => {
        if (!existsSync(join(run, 'last'))) return;
        clearInterval(watch);
        renameSync(log, `${log}.kept`);
        // Every write to this device fails as on a full disk.
        symlinkSync('/dev/full', log);
      }, 5);
      const { status, stderr } = await done;
      clearInterval(watch);
      expect(child.killed).toBe(false);
      expect(stderr).toMatch(/no space left to write .*metrics\.jsonl.*--resume/);
      expect(status).toBe(2);
      renameSync(`${log}.kept`, log);
      const resumed = await runCli(['train', '--resume', run]);
      expect(resumed.status, resumed.stderr).toBe(0);
      expect(metrics(run).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    },
  );

  it("starts from an earlier run's head with another reward, and runs on for more steps", async () => {
    const first = newRun();
    const length = ['--set', 'reward={type: length, target: 5}'];
    expect((await runCli(small('--out', first, '--steps', '1', ...length))).status).toBe(0);
    const second = newRun();
    const tuned = await runCli(small('--out', second, '--steps', '1', '--init', first));
    expect(tuned.status, tuned.stderr).toBe(0);
    // A trained head gives a policy that differs from the base from the first step on.
    expect(metrics(first)[0]['kl']).toBeLessThan(1e-3);
    expect(metrics(second)[0]['kl']).toBeGreaterThan(1e-3);
    const longer = await runCli(['train', '--resume', first, '--steps', '2']);
    expect(longer.status, longer.stderr).toBe(0);
    expect(metrics(first)).toHaveLength(2);
  });

  it('keeps what was done when the reward fails in mid-run', async () => {
    const body = (limit: number) =>
      `let calls = 0;\nexport default { score: (batch) => { if (++calls > ${limit}) throw new Error('worn out'); return batch.map(() => 0.5); } };`;
    const reward = temporaryFile('reward.mjs', body(2));
    const run = newRun();
    // The baseline is scored first, then one batch a step.
    const failed = await runCli(small('--out', run, '--reward', reward, '--set', 'train.checkpointEvery=9'));
    expect(failed.stderr).toMatch(
      /worn out.*stopped after step 1 of 4; then go on with 'tokenq train --resume/,
    );
    expect(failed.status).toBe(2);
    writeFileSync(reward, body(1000));
    const resumed = await runCli(['train', '--resume', run]);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(metrics(run)).toHaveLength(4);
  });

  it('runs the textbook DQN', async () => {
    const run = newRun();
    const { status, stderr } = await runCli([
      'train',
      'configs/dqn-text.yaml',
      ...SMALL,
      '--out',
      run,
      '--set',
      'agent.updates=4',
    ]);
    expect(status, stderr).toBe(0);
    const epsilons = metrics(run).map(({ epsilon }) => epsilon);
    expect(epsilons[0]).toBe(1);
    expect(epsilons[3]).toBeCloseTo(0.1);
  });
});

describe('tokenq train on bad input', { timeout: 60_000 }, () => {
  const refuse = async (args: string[], message: RegExp) => {
    const out = newRun();
    const { status, stdout, stderr } = await runCli(
      args.includes('--resume') ? args : [...args, '--out', out],
    );
    // Progress may stand before it, but the mistake itself takes one line.
    const errors = stderr.split('\n').filter((line) => line.startsWith('tokenq: '));
    expect(errors).toHaveLength(1);
    expect(stderr.trim().endsWith(errors[0])).toBe(true);
    expect(errors[0]).toMatch(message);
    expect(stdout).toBe('');
    expect(status).toBe(2);
    expect(existsSync(join(out, 'config.yaml'))).toBe(false);
  };

  it('names a wrong key, value or file of the configuration', async () => {
    await refuse(['train', 'configs/nothing.yaml'], /configs\/nothing\.yaml/);
    await refuse(['train', '--set', 'agent.lrr=1'], /unknown key 'agent\.lrr'; did you mean 'lr'\?/);
    await refuse(['train', '--set', 'train.steps=many'], /'train\.steps'.*number/);
    await refuse(['train', '--reward', 'sentimnt'], /sentimnt.*did you mean 'sentiment'/);
  });

  it('names what is wrong with the prompts', async () => {
    const broken = temporaryFile('prompts.jsonl', '{"prompt": "a"}\n{"prompt": \n');
    const empty = temporaryFile('prompts.txt', '\n\n');
    const long = temporaryFile('long.txt', `short\n${'long word '.repeat(400)}\n`);
    await refuse(['train', '--prompts', 'no/such.txt'], /no\/such\.txt/);
    await refuse(['train', '--prompts', broken], /prompts\.jsonl:2/);
    await refuse(['train', '--prompts', empty], /prompts\.txt.*(empty|no prompt)/);
    await refuse(
      ['train', '--prompts', long],
      /long\.txt:2: the prompt has \d+ tokens.*the 256 that the model takes/,
    );
  });

  it('names what is wrong with the model', async () => {
    await refuse(['train', '--lm', temporaryDirectory()], /config\.json|onnx/);
    await refuse(['train', '--lm', './no/such/model'], /no\/such\/model/);
  });

  it('names what is wrong with a reward of your own', async () => {
    const module = (body: string) =>
      temporaryFile('reward.mjs', `export default { score: (batch) => ${body} };`);
    await refuse(
      [...small(), '--reward', module('{ throw new Error("out of words"); }')],
      /reward.*out of words/,
    );
    await refuse([...small(), '--reward', module('batch.map(() => NaN)')], /reward.*NaN/);
    await refuse([...small(), '--reward', module('[1]')], /reward.*1 /);
  });

  it('names an output directory in use and a run that is not there', async () => {
    const taken = temporaryFile('notes.txt', '');
    const { status, stderr } = await runCli(['train', '--out', join(taken, '..')]);
    expect(stderr).toMatch(/is not empty \(it holds notes\.txt\)/);
    expect(status).toBe(2);
    await refuse(['train', '--resume', 'no/such/run'], /no\/such\/run holds no run/);
    await refuse(['train', '--init', 'no/such/run'], /no\/such\/run holds no run/);
  });

  it('refuses to resume with other settings', async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'config.yaml'), 'seed: 1\n');
    await refuse(['train', '--resume', directory, '--seed', '2'], /a resumed run keeps its 'seed'/);
  });
});
