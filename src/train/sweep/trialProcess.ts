import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explainWriteError } from '../../common/index.js';
import type { TrainResult } from '../train.js';

/** How a trial's process ended. */
export type Outcome =
  | { type: 'done'; result: TrainResult }
  | { type: 'interrupted' }
  | { type: 'failed'; error: string; badInput: boolean };

export interface TrialProcess {
  /** Arguments of `tokenq`. */
  args: readonly string[];
  /** The file that its stderr is appended to. */
  log: string;
  signal?: AbortSignal | undefined;
}

const EXIT_BAD_INPUT = 2;

/** Runs `tokenq` with these arguments in a process of its own, which stops when this one is gone. */
export async function runTrialProcess({ args, log, signal }: TrialProcess): Promise<Outcome> {
  const file = openLog(log);
  const logged = statSync(log).size;
  const child = start(args, file);
  closeSync(file);
  const stop = () => child.kill('SIGINT');
  signal?.addEventListener('abort', stop, { once: true });
  // It may have fired before there was a process.
  if (signal?.aborted) stop();
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
  });
  const { status, killedBy } = await ended(child);
  signal?.removeEventListener('abort', stop);
  if (status === 0) return { type: 'done', result: JSON.parse(stdout) };
  if (signal?.aborted) return { type: 'interrupted' };
  const error = killedBy === null ? lastError(log, logged) : `killed by ${killedBy}`;
  return { type: 'failed', error, badInput: status === EXIT_BAD_INPUT };
}

function openLog(log: string): number {
  try {
    mkdirSync(dirname(log), { recursive: true });
    return openSync(log, 'a');
  } catch (error) {
    throw explainWriteError(error, log);
  }
}

function start(args: readonly string[], log: number): ChildProcess {
  const dist = join(dirname(createRequire(import.meta.url).resolve('tokenq/package.json')), 'dist');
  const guard = pathToFileURL(join(dist, 'train', 'sweep', 'stopWithParent.js')).href;
  return spawn(process.execPath, ['--import', guard, join(dist, 'cli', 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', log, 'ipc'],
    // A process group of its own: Ctrl-C in the terminal reaches the sweep alone, which passes it on once.
    detached: true,
  });
}

function ended(child: ChildProcess): Promise<{ status: number | null; killedBy: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, killedBy) => resolve({ status, killedBy }));
  });
}

/** The last error that a log has, from where this process began to write. */
function lastError(log: string, from: number): string {
  const lines = readFileSync(log).subarray(from).toString('utf8').trim().split('\n');
  const error = lines.findLast((line) => line.startsWith('tokenq: ')) ?? lines[lines.length - 1];
  return error.replace(/^tokenq: /, '') || 'it ended without a word';
}
