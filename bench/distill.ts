/**
 * What distilled students reach: `npx tsx bench/distill.ts [seeds] [config,...]` after `npm run build`. Each run is a
 * process of its own; the teacher judges students on evaluation prompts that no training saw, sixteen completions of each
 * prompt against as many of the base.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DistillResult } from '../src/train/index.js';
import { dateAndMachine, spread, table } from './lib.js';
import { type CommandRun, commandRun } from './trainRun.js';

const CONFIGS = [
  'configs/distill-preferences.yaml',
  'configs/distill-policy.yaml',
  'configs/distill-offline.yaml',
];

const [seeds = '0,1,2', configs = CONFIGS.join()] = process.argv.slice(2);

async function measure(config: string, seed: string): Promise<CommandRun<DistillResult>> {
  const out = join(mkdtempSync(join(tmpdir(), 'tokenq-bench-')), 'out');
  const judged = ['--set', 'distill.judgedSamples=16'];
  return commandRun(['distill', config, '--seed', seed, '--out', out, ...judged]);
}

const rows: string[][] = [];
for (const config of configs.split(',')) {
  const runs: CommandRun<DistillResult>[] = [];
  for (const seed of seeds.split(',')) runs.push(await measure(config, seed));
  const of = (value: (result: DistillResult) => number | undefined, digits = 3) => {
    const values = runs.map(({ result }) => value(result) ?? Number.NaN);
    return values.some(Number.isNaN) ? '' : spread(values, digits);
  };
  rows.push([
    config,
    of(({ winRate }) => winRate?.mean),
    of(({ klPerToken }) => klPerToken),
    of(({ accuracy }) => accuracy),
    of(({ beta }) => beta, 1),
    spread(
      runs.map(({ seconds }) => seconds),
      0,
    ),
  ]);
  console.error(rows.at(-1)?.join(' | '));
}
console.log(`seeds ${seeds}; mean (lowest to highest); ${dateAndMachine()}\n`);
console.log(
  table(
    [
      '',
      'win rate over the base',
      'KL, nats per token',
      'accuracy of the reward model',
      'sampling beta',
      'whole command, s',
    ],
    rows,
  ),
);
