import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import type { StepMetrics } from '../../src/eval/index.js';
import { stopAboveKl, stopOnPlateau, type TrainCallback, train } from '../../src/train/index.js';
import { temporaryDirectory } from '../support/files.js';
import { metricsOf, syncConfig, tinyText, trainHere } from './run.js';

const quick = ['train.steps=4', 'train.evalEpisodes=2', 'eval.episodes=2', 'agent.updates=2'];
const configOf = (...settings: string[]) => syncConfig('configs/gridworld.yaml', ...quick, ...settings);

/** What a callback says of evaluations one after the other. */
function verdicts({ evaluation }: TrainCallback, rewards: readonly number[], kl?: number) {
  return rewards.map((reward, i) =>
    evaluation?.({ step: i + 1, reward, ...(kl === undefined ? {} : { kl }) }),
  );
}

describe('callbacks', () => {
  it('are told of every step, evaluation and checkpoint, and waited for', async () => {
    const told: unknown[] = [];
    const lines: StepMetrics[] = [];
    const callback: TrainCallback = {
      async step(metrics) {
        await setTimeout(5);
        lines.push(metrics);
        told.push(['step', metrics.step]);
        return undefined;
      },
      async evaluation(event) {
        await setTimeout(5);
        told.push(['evaluation', event.step, event.reward]);
        return undefined;
      },
      async checkpoint(step, directory) {
        // Whole when it is told of, and still there after a while.
        await setTimeout(5);
        const state = JSON.parse(readFileSync(join(directory, 'state.json'), 'utf8'));
        told.push(['checkpoint', step, state.step, existsSync(join(directory, 'head.safetensors'))]);
      },
    };
    const other: TrainCallback = { step: ({ step }) => void told.push(['other', step]) };
    // The second evaluation is no better than the first, which leaves the checkpoints of steps 2, 3 and 4.
    const config = configOf(
      'train.evalEvery=2',
      'train.checkpointEvery=3',
      'agent.lr=1e-9',
      'agent.valueLr=1e-9',
    );
    const result = await trainHere(config, { callbacks: [callback, other] });
    const reward = result.reward.last;
    expect(told).toEqual([
      ...[
        ['step', 1],
        ['other', 1],
      ],
      ...[
        ['step', 2],
        ['evaluation', 2, reward],
        ['other', 2],
        ['checkpoint', 2, 2, true],
      ],
      ...[
        ['step', 3],
        ['other', 3],
        ['checkpoint', 3, 3, true],
      ],
      ...[
        ['step', 4],
        ['evaluation', 4, reward],
        ['other', 4],
        ['checkpoint', 4, 4, true],
      ],
    ]);
    expect(lines).toEqual(metricsOf(result));
  });

  it.each([
    ['sync', false],
    ['async', true],
  ])('end a run early, as if its last step were reached (%s)', async (mode, waits) => {
    const callback: TrainCallback = {
      step: ({ step }) => {
        const verdict = step === 2 ? 'stop' : undefined;
        return waits ? setTimeout(1).then(() => verdict) : verdict;
      },
    };
    const config = configOf('train.evalEvery=0', 'train.checkpointEvery=100', `train.mode=${mode}`);
    const out = join(temporaryDirectory(), 'run');
    const result = await train({ config, out, callbacks: [{}, callback] });
    expect(result).toMatchObject({ steps: 2, environmentSteps: 128, stopped: 'a callback asked for it' });
    expect(result.paused).toBeUndefined();
    for (const file of [
      'evaluation.json',
      'report.html',
      join('checkpoints', '000002', 'head.safetensors'),
    ]) {
      expect(existsSync(join(out, file)), file).toBe(true);
    }
    // It can be gone on with, to its planned end.
    const whole = await train({ config, out, resume: true });
    expect(whole.steps).toBe(4);
    expect(whole.stopped).toBeUndefined();
    expect(metricsOf(whole).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  it('say why they end a run, and the first reason is told', async () => {
    const callbacks: TrainCallback[] = [
      // What is no verdict is ignored.
      { step: () => ({ stop: 1 }) },
      { step: ({ step }) => (step === 3 ? { stop: 'far enough' } : undefined) },
      { step: ({ step }) => (step === 3 ? { stop: 'too late' } : undefined) },
    ];
    const result = await trainHere(configOf('train.evalEvery=0'), { callbacks });
    expect(result).toMatchObject({ steps: 3, stopped: 'far enough' });
    // At its last step a run ends by itself.
    const end: TrainCallback = { step: ({ step }) => (step === 4 ? 'stop' : undefined) };
    const whole = await trainHere(configOf('train.evalEvery=0'), { callbacks: [end] });
    expect(whole.steps).toBe(4);
    expect(whole.stopped).toBeUndefined();
  });

  it('that fail end the run with their error', async () => {
    const callbacks: TrainCallback[] = [{ evaluation: () => Promise.reject(new Error('no room')) }];
    await expect(trainHere(configOf('train.evalEvery=1'), { callbacks })).rejects.toThrow('no room');
  });
});

describe('stopOnPlateau', () => {
  const stop = 'stop';

  it('counts evaluations in a row that are no better than the best', () => {
    const none = undefined;
    expect(verdicts(stopOnPlateau({ evaluations: 2 }), [1, 1, 2, 1.5, 2])).toEqual([
      none,
      none,
      none,
      none,
      stop,
    ]);
    expect(verdicts(stopOnPlateau({ evaluations: 1 }), [-3, -2, -2])).toEqual([none, none, stop]);
    expect(verdicts(stopOnPlateau(), [0, 0, 0, 0, 0, 0]).indexOf(stop)).toBe(5);
  });

  it('counts a rise that is no more than the least as none', () => {
    const callback = stopOnPlateau({ evaluations: 2, minGain: 0.5 });
    expect(verdicts(callback, [1, 1.5, 2.25, 2.5, 2.75]).indexOf(stop)).toBe(4);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to wait for %d evaluations', (evaluations) => {
    expect(() => stopOnPlateau({ evaluations })).toThrow(InputError);
  });

  it('ends a run', async () => {
    // A head that hardly changes gets no better.
    const config = configOf('train.steps=20', 'train.evalEvery=2', 'agent.lr=1e-9', 'agent.valueLr=1e-9');
    const result = await trainHere(config, { callbacks: [stopOnPlateau({ evaluations: 2 })] });
    expect(result.steps).toBe(6);
    expect(existsSync(join(result.run, 'checkpoints', '000006', 'state.json'))).toBe(true);
    expect(existsSync(join(result.run, 'report.html'))).toBe(true);
  });
});

describe('stopAboveKl', () => {
  it('stops above the limit, and not at it', () => {
    expect([0.1, 0.5, 0.51].flatMap((kl) => verdicts(stopAboveKl(0.5), [1], kl))).toEqual([
      undefined,
      undefined,
      'stop',
    ]);
    expect(verdicts(stopAboveKl(0.5), [1])).toEqual([undefined]);
  });

  it.each([0, -1, Number.NaN])('refuses a limit of %d', (limit) => {
    expect(() => stopAboveKl(limit)).toThrow(InputError);
  });

  it('ends a run on text', async () => {
    const config = syncConfig(undefined, ...tinyText, 'train.steps=6', 'train.evalEvery=2', 'agent.lr=1e-2');
    const result = await trainHere(config, { callbacks: [stopAboveKl(1e-6)] });
    expect(result.steps).toBe(2);
    expect(result.klPerToken).toBeGreaterThan(0);
    expect(existsSync(join(result.run, 'policy.json'))).toBe(true);
    const [last] = metricsOf(result).slice(-1);
    expect(last.evalKl).toBeGreaterThan(1e-6);
  });
});
