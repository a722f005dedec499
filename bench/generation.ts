/**
 * Tokens per second of transformers.js's `generate()`, a bare loop over `session.run`, TokenQ's engine, and TokenQ
 * guided by a head: `npx tsx bench/generation.ts [MODEL] [--dtype fp32] [--rounds 5] [--seconds 1] [--prompts 16,64]
 * [--new 32,128] [--end TOKEN] [--engines engine,guided]`. The four, or those of `--engines`, alternate in one process, on one
 * thread each; a turn lasts `--seconds` of processor time at least.
 *
 * Sequences all have the full length, unless `--end` names a token that ends them. With `--shared`: 8 samples of 16 prompts of
 * 200 tokens, 32 new tokens. With `--alone`: whether transformers.js gives the same greedily for a prompt alone as in a batch.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadPrompts } from '../src/data/index.js';
import { Decoder, type DecoderInput } from '../src/lm/decoder.js';
import { type Engine, openEngines, type Task } from './generationEngines.js';
import { modelEndingWith } from './generationModel.js';
import { dateAndMachine, median, medianSpread, table } from './lib.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dtype: { type: 'string', default: 'fp32' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1' },
    prompts: { type: 'string' },
    new: { type: 'string' },
    end: { type: 'string' },
    shared: { type: 'boolean', default: false },
    modes: { type: 'string', default: 'greedy,sampled' },
    engines: { type: 'string', default: 'transformers,bare,engine,guided' },
    alone: { type: 'boolean', default: false },
  },
});
const [model = 'data/models/stories'] = positionals;
const rounds = Number(options.rounds);
const LONG_PROMPT = 200;
// With eight samples of each, 64 long prompts are more than the logits of (a) and (b) leave memory for.
const { prompts: counts = options.shared ? '16' : '16,64', new: lengths = options.shared ? '32' : '32,128' } =
  options;

/** What one turn of an engine took. */
interface Measured {
  tokens: number;
  /** Seconds of processor time, and of those the ones in forward passes; seconds on the clock. */
  cpu: number;
  forward: number;
  wall: number;
  sequences: number[][];
}

let inForward = 0;
const { forward, step } = Decoder.prototype;
Object.assign(Decoder.prototype, {
  forward(this: Decoder, input: DecoderInput) {
    return counted(() => forward.call(this, input));
  },
  step(this: Decoder, input: DecoderInput) {
    return counted(() => step.call(this, input));
  },
});

/** Counts the processor time of a decoder's pass, with the making of its inputs. */
async function counted<T>(pass: () => Promise<T>): Promise<T> {
  const before = cpuSeconds();
  const result = await pass();
  inForward += cpuSeconds() - before;
  return result;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function measure(engine: Engine, task: Task): Promise<Measured> {
  // What the engine before left behind is not cleared away at the expense of this one.
  collectGarbage();
  inForward = 0;
  const [cpu, wall] = [cpuSeconds(), performance.now()];
  let sequences: number[][] = [];
  let tokens = 0;
  do {
    sequences = await engine(task);
    tokens += sequences.reduce((sum, { length }) => sum + length, 0);
  } while (cpuSeconds() - cpu < Number(options.seconds));
  return {
    tokens,
    cpu: cpuSeconds() - cpu,
    forward: inForward,
    wall: (performance.now() - wall) / 1000,
    sequences,
  };
}

/** Texts of prompts: the beginnings of the bundled stories, or, where they are to be long, several end to end. */
function textsOf(count: number, encode: (text: string) => number[]): string[] {
  const stories = loadPrompts('data/prompts/stories.txt').map(({ prompt }) => prompt);
  if (!options.shared) return stories.slice(0, count);
  return Array.from({ length: count }, (_, i) => {
    let text = stories[i];
    for (let next = i + 1; encode(text).length < LONG_PROMPT; next++)
      text += ` ${stories[next % stories.length]}`;
    return text;
  });
}

const TITLES = {
  transformers: '(a) transformers.js',
  bare: '(b) session.run',
  engine: '(c) engine',
  guided: '(d) guided',
} as const;
type Name = keyof typeof TITLES;
const RATIOS: readonly [string, Name, Name][] = [
  ['(c) / (a)', 'engine', 'transformers'],
  ['(c) / (b)', 'engine', 'bare'],
  ['(d) / (c)', 'guided', 'engine'],
];
const asked = options.engines.split(',');
const isAsked = (name: string): name is Name => name in TITLES && asked.includes(name);
const names = Object.keys(TITLES).filter(isAsked);
const ratios = RATIOS.filter(([, a, b]) => isAsked(a) && isAsked(b));

const probe = await openEngines(modelEndingWith(model, []), options.dtype === 'q4' ? 'q4' : 'fp32');
const end = options.end === undefined ? [] : probe.lm.tokenizer.encode(options.end).slice(-1);
const { engines, lm } =
  end.length === 0
    ? probe
    : await openEngines(modelEndingWith(model, end), options.dtype === 'q4' ? 'q4' : 'fp32');

const tasks = options.modes.split(',').flatMap((mode) =>
  counts.split(',').flatMap((prompts) =>
    lengths.split(',').map((newTokens) => {
      const texts = textsOf(Number(prompts), lm.tokenizer.encode);
      const samples = options.shared ? 8 : 1;
      return { texts, samples, newTokens: Number(newTokens), sampled: mode === 'sampled' };
    }),
  ),
);

/** What transformers.js generates for each prompt alone. */
async function oneByOne(task: Task): Promise<number[][]> {
  const all: number[][] = [];
  for (const text of task.texts) all.push(...(await engines.transformers({ ...task, texts: [text] })));
  return all;
}

function sameOf(sequences: readonly number[][], others: readonly number[][]): string {
  const same = sequences.filter((tokens, i) => tokens.join() === others[i].join());
  return `${same.length} of ${others.length}`;
}

/** The engine's share of processor time in forward passes; nothing where it takes no part. */
function forwardShare(turns: readonly Measured[]): string {
  const shares = turns.map(({ forward, cpu }) => forward / cpu);
  return shares.length === 0 ? '' : medianSpread(shares, 3);
}

/** How many sequences of the engine, and where asked of transformers.js prompt by prompt, are those of its batch. */
async function sameTokens(task: Task, sequences: number[][], batched: number[][]): Promise<string> {
  const others = options.alone ? [sequences, await oneByOne(task)] : [sequences];
  return others.map((each) => sameOf(each, batched)).join(', ');
}

const rows: string[][] = [];
// Warms up the compiler.
for (const name of names)
  for (const sampled of [false, true]) await engines[name]({ ...tasks[0], newTokens: 8, sampled });
for (const task of tasks) {
  const measured: Record<Name, Measured[]> = { transformers: [], bare: [], engine: [], guided: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      measured[name].push(await measure(engines[name], task));
    }
  }
  const rate = (name: Name, of: 'cpu' | 'wall') => measured[name].map((each) => each.tokens / each[of]);
  const ratio = (a: Name, b: Name) => rate(a, 'cpu').map((value, i) => value / rate(b, 'cpu')[i]);
  rows.push([
    `${task.texts.length}${task.samples > 1 ? ` x ${task.samples}` : ''} x ${task.newTokens}, ${task.sampled ? 'sampled' : 'greedy'}`,
    ...names.map(
      (name) => `${median(rate(name, 'cpu')).toFixed(0)} / ${median(rate(name, 'wall')).toFixed(0)}`,
    ),
    ...ratios.map(([, a, b]) => medianSpread(ratio(a, b), 2)),
    forwardShare(measured.engine),
    task.sampled || !isAsked('transformers') || !isAsked('engine')
      ? ''
      : await sameTokens(task, measured.engine[0].sequences, measured.transformers[0].sequences),
  ]);
  console.error(rows.at(-1)?.join(' | '));
}

console.log(`${model} (${options.dtype}), ${rounds} rounds; ${dateAndMachine()}\n`);
console.log(
  table(
    [
      'prompts x new tokens',
      ...names.map((name) => TITLES[name]),
      ...ratios.map(([title]) => title),
      'forward passes in (c)',
      options.alone ? '(c) = (a), (a) alone = (a)' : '(c) = (a)',
    ],
    rows,
  ),
);
