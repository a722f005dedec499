/**
 * What opening a model costs beside opening its untouched file: `npx tsx bench/opening.ts MODEL [dtype] [--rounds 7]
 * [--threads N]`. Every opening is a process of its own; the kinds alternate. Times and memory do not count the loading
 * of libraries.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dateAndMachine, median, medianSpread, table } from './lib.js';

/** What one opening took. */
interface Opening {
  ms: number;
  /** Growth of the process's memory (RSS) from before to after, MiB. */
  grown: number;
  /** Its highest point above that of before, MiB. */
  peak: number;
}

/** Opens the model in one way and holds on to it. */
type Open = () => Promise<unknown>;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string' },
    /** What a process of the bench's own is to open. */
    child: { type: 'string' },
  },
});
const [model, dtype] = positionals;
if (model === undefined) throw new Error('usage: npx tsx bench/opening.ts MODEL [dtype]');
const MIB = 2 ** 20;

const KINDS: Record<string, () => Promise<Open>> = {
  'the untouched file': async () => {
    const { InferenceSession } = await import('onnxruntime-node');
    const { findModelFile } = await import('../src/lm/files.js');
    const file = findModelFile(await directory(), dtype);
    const threads = await threadCount();
    return () => InferenceSession.create(file, sessionOptions(threads));
  },
  openLm: async () => {
    const { openLm } = await import('../src/lm/index.js');
    const threads = await threadCount();
    return () => openLm(model, { threads, ...(dtype === undefined ? {} : { dtype }) });
  },
  'openLm, threads chosen': async () => {
    const { openLm } = await import('../src/lm/index.js');
    return () => openLm(model, dtype === undefined ? {} : { dtype });
  },
  'the tokenizer alone': async () => {
    const { loadTokenizer } = await import('../src/lm/tokenizer.js');
    const where = await directory();
    return () => loadTokenizer(where, undefined);
  },
};

/** The options that `openLm` opens a graph with, less those of its edits. */
function sessionOptions(threads: number) {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  } as const;
}

async function directory(): Promise<string> {
  const { localDirectory } = await import('../src/lm/files.js');
  return localDirectory(model);
}

async function threadCount(): Promise<number> {
  const { usableCores } = await import('../src/lm/threads.js');
  return Number(options.threads ?? usableCores());
}

async function measure(kind: string): Promise<Opening> {
  const open = await KINDS[kind]();
  const memory = process.memoryUsage.rss();
  const started = performance.now();
  const opened = await open();
  const ms = performance.now() - started;
  const after = process.memoryUsage.rss();
  if (opened === undefined) throw new Error(`${kind} opened nothing`);
  // Node.js counts it in KiB.
  const highest = process.resourceUsage().maxRSS * 1024;
  return { ms, grown: (after - memory) / MIB, peak: (highest - memory) / MIB };
}

function inProcess(kind: string): Opening {
  const script = fileURLToPath(import.meta.url);
  const args = [...process.execArgv, script, ...process.argv.slice(2), '--child', kind];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function compare(): Promise<void> {
  const kinds = Object.keys(KINDS);
  const openings = new Map(kinds.map((kind): [string, Opening[]] => [kind, []]));
  // The first round brings the files to the page cache.
  for (let round = -1; round < Number(options.rounds); round++) {
    for (const kind of kinds) {
      const opening = inProcess(kind);
      if (round >= 0) openings.get(kind)?.push(opening);
    }
  }
  const untouched = openings.get(kinds[0]) ?? [];
  const ratio = (all: Opening[], of: (opening: Opening) => number) =>
    (median(all.map(of)) / median(untouched.map(of))).toFixed(2);
  const rows = [...openings].map(([kind, all]) => [
    kind,
    medianSpread(
      all.map(({ ms }) => ms),
      0,
    ),
    ratio(all, ({ ms }) => ms),
    medianSpread(
      all.map(({ grown }) => grown),
      0,
    ),
    ratio(all, ({ grown }) => grown),
    medianSpread(
      all.map(({ peak }) => peak),
      0,
    ),
    ratio(all, ({ peak }) => peak),
  ]);
  console.log(
    `${model}${dtype === undefined ? '' : `, ${dtype}`}, ${options.rounds} rounds; ${dateAndMachine()}\n`,
  );
  console.log(table(['opening', 'ms', 'ratio', 'memory, MiB', 'ratio', 'peak, MiB', 'ratio'], rows));
}

if (options.child === undefined) await compare();
else {
  console.log(JSON.stringify(await measure(options.child)));
  process.exit();
}
