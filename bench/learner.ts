/**
 * Speed of the learner: `npx tsx bench/learner.ts [--sizes 64,576,2048] [--rounds 7] [--seconds 2] [--clock wall|cpu]
 * [--python python3]`. Updates a second of every backend that loads, beside the same updates in PyTorch
 * (bench/learner_torch.py; optional, on one thread), in turns; and whether 1,000 updates leave tensors behind, which makes
 * it exit with 1. An update of the `value` target is one of `g` and one of `v`.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { type Backend, loadBackend } from '../src/agent/compute/backend.js';
import { automaticOrder, type BackendName } from '../src/agent/index.js';
import { messageOf } from '../src/common/index.js';
import { CaseLearner, type LearnerCase, SHARED, type Timing } from './learnerCase.js';
import { dateAndMachine, medianSpread, table } from './lib.js';

/** Updates per second of each round, by backend; PyTorch's too, where it is there. */
type Speeds = Map<string, number[]>;

const TORCH = 'PyTorch';
/** Plain JavaScript is measured up to this size. */
const LARGEST_ON_CPU = 64;

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '64,576,2048' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '2' },
    /** `cpu` counts the processor's seconds: for a busy machine, and backends that compute on one thread. */
    clock: { type: 'string', default: 'wall' },
    python: { type: 'string', default: 'python3' },
  },
});
const sizes = options.sizes.split(',').map(Number);
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const clock = options.clock === 'cpu' ? 'cpu' : 'wall';
const cases = sizes.flatMap((d): LearnerCase[] => [
  { d, target: 'double' },
  { d, target: 'value' },
]);

/** The PyTorch script, which is asked for one measurement after the other. */
class Torch {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(python: string) {
    this.#child = spawn(python, ['bench/learner_torch.py'], { stdio: ['pipe', 'pipe', 'ignore'] });
    // What cannot be started gives no line.
    this.#child.on('error', () => this.#child.stdout.destroy());
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Undefined where there is no PyTorch. */
  static async start(python: string): Promise<{ torch: Torch; version: string } | undefined> {
    const torch = new Torch(python);
    const { value: line, done } = await torch.#lines.next();
    if (done) return undefined;
    const { version }: { version: string } = JSON.parse(line);
    return { torch, version };
  }

  async run(learnerCase: LearnerCase): Promise<Timing> {
    this.#child.stdin.write(`${JSON.stringify({ ...SHARED, ...learnerCase, seconds })}\n`);
    const { value: line, done } = await this.#lines.next();
    if (done) throw new Error('bench/learner_torch.py ended');
    return JSON.parse(line);
  }

  stop(): void {
    this.#child.stdin.end();
  }
}

/** The backends that load, and why the others do not. */
async function backendsThatLoad(): Promise<BackendName[]> {
  const names: BackendName[] = [];
  for (const name of [...automaticOrder, 'cpu'] as const) {
    try {
      await loadBackend(name);
      names.push(name);
    } catch (error) {
      console.error(messageOf(error));
    }
  }
  return names;
}

/** One case on every backend and in PyTorch, in turns. */
async function compare(
  learnerCase: LearnerCase,
  backends: readonly BackendName[],
  torch?: Torch,
): Promise<Speeds> {
  const speeds: Speeds = new Map();
  const note = (name: string, timing: Timing) =>
    speeds.set(name, [...(speeds.get(name) ?? []), timing.updates / timing[clock]]);
  const learners = new Map<BackendName, CaseLearner>();
  for (const name of backends) learners.set(name, await CaseLearner.create(await use(name), learnerCase));
  for (let round = 0; round < rounds; round++) {
    for (const [name, learner] of learners) {
      await use(name);
      note(name, await learner.run(seconds));
    }
    if (torch) note(TORCH, await torch.run(learnerCase));
  }
  for (const learner of learners.values()) learner.dispose();
  return speeds;
}

/** Makes a backend the current one of its engine. */
function use(name: BackendName): Promise<Backend> {
  return loadBackend(name);
}

/** Tensors on a backend before and after 1,000 updates. */
async function leak(name: BackendName, learnerCase: LearnerCase): Promise<string[]> {
  const backend = await use(name);
  const learner = await CaseLearner.create(backend, learnerCase);
  const before = backend.tf.memory().numTensors;
  const updates = await learner.update(1000);
  const after = backend.tf.memory().numTensors;
  learner.dispose();
  if (after !== before) process.exitCode = 1;
  return [`${name}, \`${learnerCase.target}\``, String(updates), String(before), String(after)];
}

function rowsOf({ d, target }: LearnerCase, speeds: Speeds): string[][] {
  const reference = speeds.get(TORCH);
  return [...speeds].map(([name, values]) => [
    String(d),
    `\`${target}\``,
    name,
    medianSpread(values, 1),
    reference && name !== TORCH
      ? medianSpread(
          values.map((value, i) => value / reference[i]),
          2,
        )
      : '',
  ]);
}

const backends = await backendsThatLoad();
const found = await Torch.start(options.python);
const version = found ? `PyTorch ${found.version} on one thread` : `no PyTorch in ${options.python}`;
console.log(
  `hidden layers ${SHARED.hidden.join(', ')}, batch ${SHARED.batch}, ${SHARED.k} candidates; median (lowest to highest) of ` +
    `${rounds} rounds of ${seconds} s; ${version}; ${dateAndMachine()}\n`,
);
const rows: string[][] = [];
for (const each of cases) {
  const able = backends.filter((name) => name !== 'cpu' || each.d <= LARGEST_ON_CPU);
  const some = rowsOf(each, await compare(each, able, found?.torch));
  for (const row of some) console.error(row.join('  '));
  rows.push(...some);
}
found?.torch.stop();
console.log(
  table(
    ['d', 'target', '', clock === 'cpu' ? 'updates per CPU second' : 'updates per second', 'over PyTorch'],
    rows,
  ),
);
const leaks: string[][] = [];
for (const name of backends.filter((each) => each !== 'cpu')) {
  for (const target of ['double', 'value'] as const) leaks.push(await leak(name, { d: 64, target }));
}
console.log(`\n${table(['d 64', 'updates', 'tensors before', 'tensors after'], leaks)}`);
