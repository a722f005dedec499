import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunConfig } from '../../../src/config/index.js';
import { type TrainOptions, train } from '../../../src/train/index.js';
import { temporaryDirectory, temporaryFile } from '../../support/files.js';
import { metricsOf, syncConfig, timeless, tinyText, trainHere } from '../run.js';

/** A run that a reward for one word draws away from the base at once. */
function hacked(): RunConfig {
  const reward = temporaryFile(
    'the.mjs',
    `const count = (text) => (text.match(/the/g) ?? []).length;
    export default { score: (batch) => batch.map(({ completion }) => count(completion)) };`,
  );
  const large = ['env.maxNewTokens=12', 'policy.beta=60', 'agent.lr=1e-2', 'train.promptsPerStep=4'];
  const often = ['train.steps=6', 'train.evalEvery=1', 'train.checkpointEvery=1'];
  return syncConfig(undefined, ...tinyText, ...large, ...often, `reward=${reward}`);
}

/** A run with its warnings. */
async function warned(config: RunConfig, options: Partial<TrainOptions> = {}) {
  const warnings: string[] = [];
  const out = options.out ?? join(temporaryDirectory(), 'run');
  const observer = { warning: (message: string) => warnings.push(message) };
  const result = await train({ config, ...options, out, observer });
  return { result, warnings };
}

it('a run whose reward is hacked warns, in its report too, and ends where it is told to; so does a resumed one', async () => {
  const config = hacked();
  const { result, warnings } = await warned(config);
  expect(result.steps).toBe(6);
  expect(result.stopped).toBeUndefined();
  const [warning] = warnings;
  expect(warning).toMatch(
    /^reward hacking\? By step \d the reward climbed from .* lower policy\.beta \(60\.0 now\)/,
  );
  expect(readFileSync(join(result.run, 'report.html'), 'utf8')).toContain('reward hacking? By step');
  const [, step] = /By step (\d)/.exec(warning) ?? [];
  const at = Number(step);

  const stops = {
    ...config,
    train: { ...config.train, watch: { ...config.train.watch, action: 'stop' as const } },
  };
  const stopped = await warned(stops);
  expect(stopped.result).toMatchObject({ steps: at, stopped: warning });
  expect(stopped.result.klPerToken).toBeGreaterThan(0);
  expect(timeless(result).startsWith(timeless(stopped.result))).toBe(true);

  const out = join(temporaryDirectory(), 'run');
  const before = await warned(config, { out, until: at - 1 });
  const after = await warned(config, { out, resume: true });
  expect([...before.warnings, ...after.warnings]).toEqual(warnings);
  expect(timeless(after.result)).toBe(timeless(result));
  // What ended it does not end it again.
  const whole = await warned(stops, { out: stopped.result.run, resume: true });
  expect(whole.result.steps).toBe(6);
  expect(whole.warnings).toEqual(warnings.slice(1));
});

it('tells what the base policy does where another one begins, and only there', async () => {
  const firstStep = async (...settings: string[]) => {
    const config = syncConfig(undefined, ...tinyText, 'train.steps=1', ...settings);
    const [metrics] = metricsOf(await trainHere(config));
    return metrics;
  };
  const { base, perplexity, kl } = await firstStep('policy.type=boltzmann');
  const guided = await firstStep();
  expect(guided.base).toBeUndefined();
  const { reward, rewardError, distinct2, phrase } = guided;
  expect(base).toEqual({ reward, rewardError, distinct2, perplexity: guided.perplexity, phrase });
  expect(kl).toBeGreaterThan(1);
  expect(perplexity).toBeGreaterThan(2 * (base?.perplexity ?? Number.POSITIVE_INFINITY));
  expect((await firstStep('policy.type=boltzmann', 'train.watch.action=off')).base).toBeUndefined();
});
