import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Decoder } from './decoder.js';
import type { StepModel } from './engine/stepModel.js';
import { probeInput, probeStep } from './probe.js';

// A model that takes longer to load is large enough to gain from every core, and too slow to load twice.
const QUICK_LOAD_MS = 400;
const TIMED_ROWS = 16;
const TIMED_PROMPT = 8;
const TIMED_STEPS = 3;
const ROUNDS = 3;
// More threads must be faster by this factor, since they take cores from the rest.
const WORTHWHILE = 0.9;

/** A decoder, and how many threads it runs on. */
export interface Threaded<D> {
  decoder: D;
  threads: number;
}

type Timeable = Pick<Decoder, 'forward' | 'release'>;

/** As {@link fastest}, for a decoder. */
export function fastestDecoder<D extends Timeable>(
  load: (threads: number) => Promise<D>,
  cores = usableCores(),
): Promise<Threaded<D>> {
  return fastest(load, timeSteps, cores);
}

/** As {@link fastest}, for a model that hands its cache from step to step. */
export function fastestModel<D extends StepModel & Pick<Decoder, 'release'>>(
  load: (threads: number) => Promise<D>,
): Promise<Threaded<D>> {
  return fastest(load, timeModel, usableCores());
}

/**
 * Loads a model with the number of threads that is faster, one or every core, by timing a short generation on each. A
 * busy machine decides otherwise than an idle one.
 * @param generate A short generation.
 */
async function fastest<D extends Pick<Decoder, 'release'>>(
  load: (threads: number) => Promise<D>,
  generate: (decoder: D) => Promise<void>,
  cores: number,
): Promise<Threaded<D>> {
  const before = performance.now();
  const many: Threaded<D> = { decoder: await load(cores), threads: cores };
  if (cores === 1 || performance.now() - before > QUICK_LOAD_MS) return many;
  const one: Threaded<D> = { decoder: await load(1), threads: 1 };
  const time = async ({ decoder }: Threaded<D>) => {
    const start = performance.now();
    await generate(decoder);
    return performance.now() - start;
  };
  let [shortestOne, shortestMany] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    shortestOne = Math.min(shortestOne, await time(one));
    shortestMany = Math.min(shortestMany, await time(many));
  }
  const [kept, dropped] = shortestMany < WORTHWHILE * shortestOne ? [many, one] : [one, many];
  await dropped.decoder.release();
  return kept;
}

async function timeSteps(decoder: Timeable): Promise<void> {
  let { cache } = await decoder.forward(probeInput(TIMED_ROWS, TIMED_PROMPT));
  for (let i = 1; i <= TIMED_STEPS; i++) {
    cache = (await decoder.forward({ ...probeStep(TIMED_ROWS, TIMED_PROMPT + i), cache })).cache;
  }
}

async function timeModel(model: StepModel): Promise<void> {
  const tokens = new Array<number>(TIMED_ROWS).fill(0);
  let { cache, columns } = await model.prefill(tokens.map(() => new Array<number>(TIMED_PROMPT).fill(0)));
  const [[, first]] = columns[0];
  for (let i = 1; i <= TIMED_STEPS; i++) {
    cache = (await model.step({ tokens, padding: tokens, length: first + i, cache })).cache;
  }
}

/** Physical cores that this process may use: not more than the machine's, the affinity's or the container's. */
export function usableCores(): number {
  return Math.max(1, Math.min(availableParallelism(), physicalCores(), containerCores()));
}

/** Linux's count of physical cores; elsewhere, and where it does not tell, no limit. */
function physicalCores(): number {
  const cores = new Set<string>();
  for (const block of readText('/proc/cpuinfo').split('\n\n')) {
    const socket = /^physical id\s*: (\d+)/m.exec(block)?.[1];
    const core = /^core id\s*: (\d+)/m.exec(block)?.[1];
    if (socket !== undefined && core !== undefined) cores.add(`${socket}/${core}`);
  }
  return cores.size === 0 ? Number.POSITIVE_INFINITY : cores.size;
}

/** The CPU quota of a Linux control group (version 2), in cores. */
function containerCores(): number {
  const [quota, period] = readText('/sys/fs/cgroup/cpu.max').split(' ').map(Number);
  return quota > 0 && period > 0 ? Math.max(1, Math.floor(quota / period)) : Number.POSITIVE_INFINITY;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
