/**
 * Learning where the answer is known: `npx tsx bench/worlds.ts CONFIG [SEEDS] [--set key=value] [--jobs N] [--fresh]` after
 * `npm run build`. A world is trained in sync mode with the wasm backend, the whole process on one core; text as it is
 * configured. Each seed is a process of its own, and finished ones are kept in runs/bench-worlds/results.jsonl.
 */
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isTextRun, loadConfig } from '../src/config/index.js';
import type { Evaluation, WorldEvaluation } from '../src/eval/index.js';
import { inspectGridWorld, openRun, worldRunOf } from '../src/sample/index.js';
import { dateAndMachine, mean, table } from './lib.js';
import { inParallel, Records } from './records.js';
import { canPin, trainRun } from './trainRun.js';

/** What one seed came to: a figure for each column. */
type Figures = Record<string, number>;

const DIRECTORY = 'runs/bench-worlds';
/** Digits of columns that have not two. */
const DIGITS: Record<string, number> = {
  'base reward': 3,
  'tuned reward': 3,
  'KL, nats per token': 3,
  'environment steps': 0,
  'steps per second': 0,
  'generated tokens': 0,
  'training, s': 1,
  'whole command, s': 1,
  'largest error of Q': 6,
  'cells with an optimal action': 0,
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
  },
});
const [config = 'configs/cartpole.yaml', seedList = '0,1,2'] = positionals;
const seeds = seedList.split(',').map(Number);
const name = basename(config, extname(config));
const onText = isTextRun(loadConfig(config, options.set).config);
const overrides = onText ? options.set : ['train.mode=sync', 'agent.backend=wasm', ...options.set];
const records = new Records<Figures>(join(DIRECTORY, 'results.jsonl'), options.fresh);

function keyOf(seed: number): string {
  return JSON.stringify(loadConfig(config, overrides, { seed }).config);
}

async function measure(seed: number, core: number): Promise<Figures> {
  const out = join(DIRECTORY, `${name}-${seed}`);
  const { result, seconds } = await trainRun({
    config,
    seed,
    out,
    overrides,
    ...(onText ? {} : { core }),
  });
  const times = { 'training, s': result.seconds, 'whole command, s': seconds };
  if (onText) {
    const { base, tuned }: Evaluation = JSON.parse(readEvaluation(out));
    return {
      'base reward': base.reward.mean,
      'tuned reward': tuned[0].reward.mean,
      'KL, nats per token': tuned[0].klPerToken,
      beta: tuned[0].beta,
      'generated tokens': result.generatedTokens ?? 0,
      ...times,
    };
  }
  const { random, trained }: WorldEvaluation = JSON.parse(readEvaluation(out));
  const steps = result.environmentSteps ?? 0;
  return {
    'random return': random.return.mean,
    'mean return': trained.return.mean,
    'environment steps': steps,
    'steps per second': steps / result.seconds,
    ...times,
    ...(await tableError(out)),
  };
}

function readEvaluation(out: string): string {
  return readFileSync(join(out, 'evaluation.json'), 'utf8');
}

/** How far the learned Q of a grid world is from value iteration's. */
async function tableError(out: string): Promise<Figures> {
  const run = worldRunOf(openRun(out));
  if (run.config.env.type !== 'gridworld') return {};
  const { largestDifference, optimalCells } = await inspectGridWorld(run);
  return { 'largest error of Q': largestDifference.difference, 'cells with an optimal action': optimalCells };
}

await inParallel(seeds, Number(options.jobs), async (seed, slot) => {
  if (records.get(keyOf(seed))) return;
  const figures = await measure(seed, slot);
  records.add(keyOf(seed), figures);
  console.error(`${name} seed ${seed}: ${JSON.stringify(figures)}`);
});

const done = seeds.map((seed) => records.get(keyOf(seed)) ?? {});
const columns = Object.keys(done[0]);
const format = (column: string, value: number) => value.toFixed(DIGITS[column] ?? 2);
const where = canPin ? 'each process on one core' : 'not pinned to a core: there is no taskset';
console.log(
  `${config}, seeds ${seedList}; ${onText ? '' : `sync mode, wasm, ${where}; `}${dateAndMachine()}\n`,
);
console.log(
  table(
    ['seed', ...columns],
    [
      ...seeds.map((seed, i) => [String(seed), ...columns.map((c) => format(c, done[i][c]))]),
      ['mean', ...columns.map((c) => format(c, mean(done.map((figures) => figures[c]))))],
    ],
  ),
);
