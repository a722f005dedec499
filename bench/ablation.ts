/**
 * What each part of the agent is worth on the main job: `npx tsx bench/ablation.ts [CONFIG] [--seeds 0,1,2]
 * [--only NAME,NAME] [--set key=value] [--jobs N] [--fresh]` after `npm run build`. Each run is a process of its own, and
 * finished ones are kept in runs/bench-ablation/results.jsonl.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/index.js';
import type { Evaluation } from '../src/eval/index.js';
import { groups, type Variant, type VariantGroup } from './ablationVariants.js';
import { dateAndMachine, spread, table } from './lib.js';
import { inParallel, Records } from './records.js';
import { trainRun } from './trainRun.js';

/** What one variant came to with one seed. */
interface Outcome {
  base: number;
  reward: number;
  kl: number;
  distinct2: number;
  beta: number;
  /** Of the training alone. */
  seconds: number;
}

interface Task {
  variant: Variant;
  seed: number;
  overrides: string[];
  /** The whole configuration. */
  key: string;
  /** CPU seconds, about. */
  seconds: number;
}

const DIRECTORY = 'runs/bench-ablation';
/** A short evaluation; none of it touches the training. */
const EVALUATION = ['train.evalEvery=0', 'eval.bestOf=[1]', 'eval.samples=4'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    only: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
  },
});
const [config = 'configs/quickstart.yaml'] = positionals;
const seeds = options.seeds.split(',').map(Number);
const jobs = Number(options.jobs);
const records = new Records<Outcome>(join(DIRECTORY, 'results.jsonl'), options.fresh);

function taskOf(group: VariantGroup, variant: Variant, seed: number): Task {
  const overrides = [...EVALUATION, ...group.overrides, ...variant.overrides, ...options.set];
  const key = JSON.stringify(loadConfig(config, overrides, { seed }).config);
  return { variant, seed, overrides, key, seconds: group.seconds };
}

async function measure({ variant, seed, overrides }: Task): Promise<Outcome> {
  const out = join(DIRECTORY, `${variant.name.replaceAll(/[^\w.]+/g, '-')}-${seed}`);
  const { result } = await trainRun({ config, seed, out, overrides });
  const { base, tuned }: Evaluation = JSON.parse(readFileSync(join(out, 'evaluation.json'), 'utf8'));
  rmSync(out, { recursive: true });
  const { reward, klPerToken, distinct2, beta } = tuned[0];
  return {
    base: base.reward.mean,
    reward: reward.mean,
    kl: klPerToken,
    distinct2,
    beta,
    seconds: result.seconds,
  };
}

/** The variants asked for, with the reference that they are compared with. */
function chosen({ variants }: VariantGroup): Variant[] {
  if (options.only === undefined) return [...variants];
  const names = options.only.split(',');
  const named = variants.filter(({ name }) => names.includes(name));
  return named.length === 0 ? [] : [...new Set([variants[0], ...named])];
}

/** A row of the table; undefined while a seed is missing. */
function rowOf(group: VariantGroup, variant: Variant): string[] | undefined {
  const outcomes = (of: Variant) => seeds.flatMap((seed) => records.get(taskOf(group, of, seed).key) ?? []);
  const [own, reference] = [outcomes(variant), outcomes(group.variants[0])];
  if (own.length < seeds.length || reference.length < seeds.length) return undefined;
  const gains = own.map(({ reward }, i) => reward - reference[i].reward);
  const of = (value: (outcome: Outcome) => number, digits = 3) => spread(own.map(value), digits);
  return [
    variant.name,
    of(({ reward }) => reward),
    variant === group.variants[0] ? '' : spread(gains),
    of(({ kl }) => kl),
    of(({ distinct2 }) => distinct2),
    of(({ beta }) => beta, 1),
    of(({ seconds }) => seconds, 0),
  ];
}

const unknown = options.only
  ?.split(',')
  .filter((name) => !groups.some(({ variants }) => variants.some((variant) => variant.name === name)));
if (unknown?.length) throw new Error(`no variant is named ${unknown.join(', ')}`);
const tasks = groups.flatMap((group) =>
  chosen(group).flatMap((variant) => seeds.map((seed) => taskOf(group, variant, seed))),
);
const missing = tasks.filter(({ key }) => !records.get(key));
const minutes = missing.reduce((sum, { seconds }) => sum + seconds, 0) / 60 / jobs;
console.error(
  `${tasks.length} runs, ${tasks.length - missing.length} of them recorded; the rest take about ` +
    `${Math.ceil(minutes)} minutes, ${jobs} at a time`,
);
let finished = 0;
await inParallel(missing, jobs, async (task) => {
  const name = `${task.variant.name}, seed ${task.seed}`;
  try {
    const outcome = await measure(task);
    records.add(task.key, outcome);
    const { reward, kl, seconds } = outcome;
    console.error(
      `[${++finished}/${missing.length}] ${name}: reward ${reward.toFixed(3)} at KL ${kl.toFixed(3)}, ${seconds.toFixed(0)} s`,
    );
  } catch (error) {
    process.exitCode = 1;
    console.error(`[${++finished}/${missing.length}] ${name}: ${error}`);
  }
});

console.log(`${config}, seeds ${options.seeds}; ${jobs} at a time; ${dateAndMachine()}`);
const columns = ['reward', 'less the reference, by seed', 'KL', 'distinct-2', 'beta', 'training, s'];
for (const group of groups.filter((each) => chosen(each).length > 0)) {
  const rows = chosen(group).flatMap((variant) => {
    const row = rowOf(group, variant);
    return row ? [row] : [];
  });
  console.log(`\n${group.title}\n`);
  console.log(table(['', ...columns], rows));
}
