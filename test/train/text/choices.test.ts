import { expect, it } from 'vitest';
import { metricsOf, syncConfig, timeless, trainHere } from '../run.js';

const quick = ['train.evalEvery=0', 'eval.samples=1', 'eval.bestOf=[2]'];

it('learns to choose among labels', async () => {
  const result = await trainHere(syncConfig('configs/intents.yaml', ...quick, 'train.steps=15'));
  // Eight labels.
  expect(result.reward.first).toBeLessThan(0.25);
  expect(result.reward.last).toBeGreaterThan(0.5);
  expect(result.klPerToken).toBeGreaterThan(0);
  const metrics = metricsOf(result);
  expect(metrics[14].reward).toBeGreaterThan(metrics[0].reward ?? 1);
  for (const { outside } of metrics) expect(outside).toBe(0);
});

it('learns from the states of several layers, the same for the same seed', async () => {
  const config = syncConfig(
    'configs/replies.yaml',
    ...[...quick, 'train.steps=2', 'train.promptsPerStep=4', 'train.samplesPerPrompt=4'],
    ...['data.evalSize=4', 'data.calibrationSize=4', 'train.evalSamples=1'],
  );
  const [one, two] = [await trainHere(config), await trainHere(config)];
  expect(timeless(one)).toBe(timeless(two));
  expect(one.reward).toEqual(two.reward);
  expect(one.generatedTokens).toBeGreaterThan(32 * 5);
});
