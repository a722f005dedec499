/**
 * Killing and resuming: `npx tsx bench/killed.ts [--kills 20] [--seed 0] [--fresh]` after `npm run build`. Runs of a text
 * task and of the grid world are killed (SIGKILL) after random times and resumed until they are done; what they wrote must
 * equal what an uninterrupted run wrote, less times. Exits with 1 if not. Finished runs are kept in
 * runs/bench-killed/results.jsonl.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomStream } from '../src/common/index.js';
import { loadConfig } from '../src/config/index.js';
import { dateAndMachine, table } from './lib.js';
import { Records } from './records.js';
import { CLI } from './trainRun.js';

interface Job {
  config: string;
  overrides: readonly string[];
  /** What runs write, besides the head. */
  files: readonly string[];
}

/** One run that was killed until it was done. */
interface Killed {
  /** The step of the newest checkpoint at each kill. */
  at: number[];
  /** Files that differ from those of the uninterrupted run. */
  differing: string[];
}

/** A process that was started. */
interface Ended {
  code: number | null;
  seconds: number;
  said: string;
}

const DIRECTORY = 'runs/bench-killed';
const HEAD = 'last/head.safetensors';
const SYNC = ['train.mode=sync', 'train.checkpointEvery=1'];
/** Most kills of one run: enough to hit any part of it. */
const KILLS_A_RUN = 4;
/** What differs from run to run. */
const TIMES = ['seconds', 'tokensPerSecond', 'stepsPerSecond'];

const jobs: readonly Job[] = [
  {
    config: 'configs/quickstart.yaml',
    overrides: [
      ...SYNC,
      'train.steps=6',
      'train.evalEvery=2',
      'train.evalSamples=1',
      'eval.samples=1',
      'eval.bestOf=[1]',
    ],
    files: ['metrics.jsonl', 'samples.jsonl', 'policy.json', 'evaluation.json'],
  },
  {
    config: 'configs/gridworld.yaml',
    overrides: SYNC,
    files: ['metrics.jsonl', 'samples.jsonl', 'evaluation.json'],
  },
];

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '0' },
    fresh: { type: 'boolean', default: false },
  },
});
const kills = Number(options.kills);
const seed = Number(options.seed);
const records = new Records<Killed>(join(DIRECTORY, 'results.jsonl'), options.fresh);

/** Runs `tokenq train`, to its end or until it is killed. */
function start(args: readonly string[], killAfter?: number): Promise<Ended> {
  const started = performance.now();
  const child = spawn(process.execPath, [CLI, 'train', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const timer =
    killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), 1000 * killAfter);
  let said = '';
  child.stderr.on('data', (piece) => {
    said = `${said}${piece}`.slice(-500);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, seconds: (performance.now() - started) / 1000, said });
    });
  });
}

/** The arguments that start a run, or go on with it where it got so far. */
function argumentsOf({ config, overrides }: Job, out: string): string[] {
  if (existsSync(join(out, 'config.yaml'))) return ['--resume', out];
  const sets = overrides.flatMap((override) => ['--set', override]);
  return [config, '--out', out, '--seed', String(seed), ...sets];
}

/** The job's run to its end, never killed. @returns how long it took, in seconds */
async function uninterrupted(job: Job, out: string): Promise<number> {
  rmSync(out, { recursive: true, force: true });
  const { code, seconds, said } = await start(argumentsOf(job, out));
  if (code !== 0) throw new Error(`${job.config} failed: ${said}`);
  return seconds;
}

/** A run killed up to `most` times, each after a random part of the time that a whole one takes. */
async function killed(job: Job, out: string, reference: string, most: number, round: number, whole: number) {
  rmSync(out, { recursive: true, force: true });
  const random = randomStream(seed, 'killed', round);
  const at: number[] = [];
  for (;;) {
    const ended = await start(argumentsOf(job, out), at.length < most ? whole * random.next() : undefined);
    if (ended.code === 0) break;
    if (ended.code !== null) throw new Error(`${job.config} failed after ${at.length} kills: ${ended.said}`);
    at.push(lastCheckpoint(out));
  }
  const differing = [...job.files, HEAD].filter((file) => !sameFile(join(out, file), join(reference, file)));
  return { at, differing };
}

function lastCheckpoint(out: string): number {
  const directory = join(out, 'checkpoints');
  const steps = existsSync(directory) ? readdirSync(directory).map(Number) : [];
  return Math.max(0, ...steps.filter(Number.isInteger));
}

function sameFile(a: string, b: string): boolean {
  const [one, two] = [a, b].map((path) => readFileSync(path));
  if (a.endsWith('.safetensors')) return one.equals(two);
  return withoutTimes(String(one)) === withoutTimes(String(two));
}

/** A file of JSON less the figures that are times. */
function withoutTimes(text: string): string {
  const times = new RegExp(`"(${TIMES.join('|')})": ?[-+.e0-9]+`, 'g');
  return text.replaceAll(times, '"$1":0');
}

/** Runs of a job, until they were killed often enough. */
async function killAll(job: Job, name: string): Promise<Killed[]> {
  const reference = join(DIRECTORY, `${name}-uninterrupted`);
  const runs: Killed[] = [];
  let whole: number | undefined;
  for (let left = kills; left > 0; left = kills - runs.reduce((sum, { at }) => sum + at.length, 0)) {
    const round = runs.length;
    const most = Math.min(left, KILLS_A_RUN);
    const key = JSON.stringify([loadConfig(job.config, job.overrides, { seed }).config, round, most]);
    let run = records.get(key);
    if (!run) {
      whole ??= await uninterrupted(job, reference);
      run = await killed(job, join(DIRECTORY, `${name}-killed`), reference, most, round, whole);
      records.add(key, run);
      const verdict = run.differing.length === 0 ? 'equal' : `differs in ${run.differing.join(', ')}`;
      console.error(`${name} ${round}: killed after steps ${run.at.join(', ') || 'none'}; ${verdict}`);
    }
    runs.push(run);
  }
  return runs;
}

const rows: string[][] = [];
for (const job of jobs) {
  const runs = await killAll(job, job.config.replace(/^configs\/|\.yaml$/g, ''));
  const at = runs.flatMap((run) => run.at).sort((a, b) => a - b);
  const differing = [...new Set(runs.flatMap((run) => run.differing))];
  if (differing.length > 0) process.exitCode = 1;
  rows.push([
    job.config,
    String(at.length),
    String(runs.length),
    at.join(' '),
    differing.length === 0 ? 'yes' : `no: ${differing.join(', ')}`,
  ]);
}
console.log(`seed ${seed}; ${dateAndMachine()}\n`);
console.log(table(['', 'kills', 'runs', 'newest checkpoint when killed', 'equal'], rows));
