/**
 * The main job, measured: `npx tsx bench/quickstart.ts [config] [seeds] [curve.svg]` after `npm run build`. Each seed is
 * a process of its own; prints a Markdown table, and draws the first seed's learning curve.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Evaluation, renderCurve, type StepMetrics } from '../src/eval/index.js';
import { machine, spread, table } from './lib.js';
import { type TrainRun, trainRun } from './trainRun.js';

interface Measured extends TrainRun {
  evaluation: Evaluation;
  steps: StepMetrics[];
}

const [config = 'configs/quickstart.yaml', seeds = '0,1,2', curve] = process.argv.slice(2);

async function measure(seed: string): Promise<Measured> {
  const out = join(mkdtempSync(join(tmpdir(), 'tokenq-bench-')), 'run');
  const run = await trainRun({ config, seed, out, overrides: ['eval.bestOf=[4,8,16]'] });
  return {
    ...run,
    evaluation: JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8')),
    steps: readFileSync(join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  };
}

const runs: Measured[] = [];
for (const seed of seeds.split(',')) runs.push(await measure(seed));
const bestOf = (n: number) =>
  runs.map(({ evaluation }) => evaluation.bestOf.find((b) => b.n === n)?.reward.mean ?? Number.NaN);
const of = (value: (run: Measured) => number) => runs.map(value);
const rows: [string, string][] = [
  ['Base reward', spread(of(({ evaluation }) => evaluation.base.reward.mean))],
  ['Tuned reward, one sample', spread(of(({ evaluation }) => evaluation.tuned[0].reward.mean))],
  ['Best of 4 / 8 / 16', [4, 8, 16].map((n) => spread(bestOf(n))).join(' / ')],
  ['KL, nats per token', spread(of(({ evaluation }) => evaluation.tuned[0].klPerToken))],
  ['distinct-2, base', spread(of(({ evaluation }) => evaluation.base.distinct2))],
  [
    'distinct-2, tuned over base',
    spread(of(({ evaluation }) => evaluation.tuned[0].distinct2 / evaluation.base.distinct2)),
  ],
  [
    'Perplexity under the base, base / tuned',
    [
      spread(
        of(({ evaluation }) => evaluation.base.perplexity),
        2,
      ),
      spread(
        of(({ evaluation }) => evaluation.tuned[0].perplexity),
        2,
      ),
    ].join(' / '),
  ],
  ['Win rate over the base', spread(of(({ evaluation }) => evaluation.tuned[0].winRate))],
  [
    'Sampling beta',
    spread(
      of(({ result }) => result.beta ?? 0),
      1,
    ),
  ],
  [
    'Generated for training, tokens',
    spread(
      of(({ result }) => result.generatedTokens ?? 0),
      0,
    ),
  ],
  [
    'Wall time of the whole command, s',
    spread(
      of(({ seconds }) => seconds),
      0,
    ),
  ],
  [
    'Peak memory, MB',
    spread(
      of(({ peakMegabytes }) => peakMegabytes),
      0,
    ),
  ],
];
console.log(`${config}, seeds ${seeds}; mean (lowest to highest); ${machine()}\n`);
console.log(table(['', config], rows));
if (curve !== undefined) writeFileSync(curve, renderCurve(runs[0].steps, runs[0].evaluation));
