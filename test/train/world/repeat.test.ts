import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Interrupted } from '../../../src/common/index.js';
import { type TrainResult, train } from '../../../src/train/index.js';
import { temporaryDirectory } from '../../support/files.js';
import { metricsOf, syncConfig, timeless, trainHere } from '../run.js';

/** Short, and with episodes under way whenever a step ends. */
const quick = [
  ...[
    'train.steps=6',
    'train.stepsPerCopy=7',
    'train.evalEvery=2',
    'train.evalEpisodes=3',
    'eval.episodes=3',
  ],
  ...['train.checkpointEvery=4', 'agent.updates=4', 'agent.learningStarts=1', 'replay.type=prioritised'],
];
const configOf = (name: string, ...settings: string[]) =>
  syncConfig(`configs/${name}.yaml`, ...quick, ...settings);

/** Everything that two equal runs have in common, byte for byte. */
function contents(result: TrainResult): Record<string, string> {
  const files = [
    'samples.jsonl',
    ...['head', 'optimizer'].map((name) => join('last', `${name}.safetensors`)),
  ];
  const read = (name: string) => readFileSync(join(result.run, name)).toString('base64');
  return Object.fromEntries([
    ['metrics.jsonl', timeless(result)],
    ...[...files, join('last', 'replay.bin')].map((name) => [name, read(name)]),
  ]);
}

describe.each(['gridworld', 'cartpole'])('%s', (name) => {
  it('is the same run for the same seed, paused, interrupted or not', async () => {
    const config = configOf(name);
    const whole = await trainHere(config);
    const metrics = metricsOf(whole);
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(metrics.filter(({ evalReward }) => evalReward !== undefined).map(({ step }) => step)).toEqual([
      2, 4, 6,
    ]);
    expect(metrics[0]).toMatchObject({ environmentSteps: 56 });
    const firstLines = (count: number) =>
      timeless(whole)
        .split(/(?<=\n)/)
        .slice(0, count)
        .join('');

    const out = join(temporaryDirectory(), 'run');
    const paused = await train({ config, out, until: 2 });
    expect(paused).toMatchObject({ steps: 2, paused: true, environmentSteps: 112 });
    expect(timeless(paused)).toBe(firstLines(2));

    const controller = new AbortController();
    const step = (metrics: { step: number }) => {
      if (metrics.step === 3) controller.abort();
    };
    const interrupted = train({ config, out, resume: true, signal: controller.signal, observer: { step } });
    await expect(interrupted).rejects.toThrow(Interrupted);
    await expect(interrupted).rejects.toThrow(
      `stopped after step 3 of 6: go on with 'tokenq train --resume ${out}'`,
    );
    expect(timeless({ run: out })).toBe(firstLines(3));

    const resumed = await train({ config, out, resume: true });
    expect(contents(resumed)).toEqual(contents(whole));
    expect(resumed.reward).toEqual(whole.reward);
  });
});

it('is another run for another seed', async () => {
  const [one, two] = [await trainHere(configOf('cartpole')), await trainHere(configOf('cartpole', 'seed=1'))];
  expect(timeless(one)).not.toBe(timeless(two));
});
