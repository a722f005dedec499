/**
 * Completions that rewards score in a second of processor time: `npx tsx bench/rewards.ts [--rounds 9] [--classifier MODEL
 * --label LABEL]`. The completions are the bundled model's, of 32 tokens, 8 of each prompt, scored in the batches of a training
 * step. The rewards alternate in one process.
 */
import { parseArgs } from 'node:util';
import type { RewardSpec } from '../src/config/index.js';
import { loadPrompts } from '../src/data/index.js';
import { openLm } from '../src/lm/index.js';
import { createReward, type RewardItem, type RewardModel, scoreAll } from '../src/reward/index.js';
import { sampleLm } from '../src/sample/index.js';
import { dateAndMachine, mean, medianSpread, table } from './lib.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    classifier: { type: 'string' },
    label: { type: 'string' },
  },
});
const PROMPTS = 64;
const SAMPLES = 8;
const TOKENS = 32;
/** Completions of a training step. */
const BATCH = 128;

const animals = { type: 'keywords', words: ['dog', 'cat', 'rabbit', 'bird', 'fox', 'horse', 'duck', 'bear'] };
const rewards: RewardSpec[] = [
  'sentiment',
  animals,
  { type: 'length', target: 20 },
  'repetition',
  'distinct',
  { type: 'distinct', within: 'batch' },
  { type: 'regex', pattern: '\\b(happy|glad)\\b', score: 'count' },
  { type: 'json', extract: 'first' },
  {
    type: 'composite',
    rewards: [
      { reward: 'sentiment', clip: [-0.9, 0.9] },
      { reward: animals },
      { reward: 'repetition', weight: 0.5, normalise: { mean: -0.01, deviation: 0.05 } },
    ],
    lengthPenalty: { target: 24, perToken: 0.01 },
  },
];
if (options.classifier !== undefined) {
  const label = options.label === undefined ? {} : { label: options.label };
  rewards.push({ type: 'classifier', model: options.classifier, ...label });
}

/** Completions of the bundled model. */
async function completions(): Promise<RewardItem[]> {
  const lm = await openLm('data/models/stories', { threads: 1 });
  const prompts = loadPrompts('data/prompts/stories.txt').map(({ prompt }) => prompt);
  const samples = await sampleLm(lm, prompts.slice(0, PROMPTS), {
    n: SAMPLES,
    maxNewTokens: TOKENS,
    seed: 0,
  });
  const items = samples.map(({ prompt, completion }) => ({
    ...{ prompt, completion, row: {} },
    tokens: lm.tokenizer.encode(completion),
  }));
  await lm.close();
  return items;
}

/** Completions scored in a second of processor time, in a time long enough to be measured. */
async function measure(model: RewardModel, batches: readonly RewardItem[][]): Promise<number> {
  const started = process.cpuUsage();
  let scored = 0;
  for (;;) {
    for (const batch of batches) scored += (await scoreAll(model, batch)).length;
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    if (seconds > 0.2) return scored / seconds;
  }
}

const items = await completions();
const batches = Array.from({ length: items.length / BATCH }, (_, i) =>
  items.slice(i * BATCH, (i + 1) * BATCH),
);
const models: RewardModel[] = [];
for (const spec of rewards) models.push(await createReward(spec, { baseDirectory: '.' }));
const rates = new Map(models.map((model): [RewardModel, number[]] => [model, []]));
// Warms up the compiler.
for (const model of models) await measure(model, batches);
for (let round = 0; round < Number(options.rounds); round++) {
  for (const [model, measured] of rates) measured.push(await measure(model, batches));
}
for (const model of models) await model.close?.();

const length = mean(items.map(({ completion }) => completion.length));
console.log(
  `${items.length} completions of ${length.toFixed(0)} characters, ${options.rounds} rounds; ${dateAndMachine()}\n`,
);
const rows = Array.from(rates, ([{ name }, measured]) => [name, medianSpread(measured, 0)]);
console.log(table(['reward', 'completions per second of a core'], rows));
