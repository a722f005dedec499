import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import type { TrainResult } from '../src/train/index.js';

/** The compiled command. */
export const CLI = 'dist/cli/main.js';

export interface TrainRequest {
  config: string;
  seed: number | string;
  /** The run's directory; what is there is removed. */
  out: string;
  overrides?: readonly string[];
  /** Keep the process on this core, where the system has `taskset`. */
  core?: number;
}

/** A command in a process of its own. */
export interface CommandRun<T> {
  /** What it printed with `--json`. */
  result: T;
  /** Wall time of the whole command. */
  seconds: number;
  peakMegabytes: number;
}

export type TrainRun = CommandRun<TrainResult>;

/** Trains in a process of its own and measures it. @throws Error with what the command said when it fails. */
export async function trainRun({ config, seed, out, overrides = [], core }: TrainRequest): Promise<TrainRun> {
  rmSync(out, { recursive: true, force: true });
  const sets = overrides.flatMap((override) => ['--set', override]);
  return commandRun(['train', config, '--seed', String(seed), '--out', out, ...sets], core);
}

/**
 * Runs `tokenq` in a process of its own and measures it.
 * @param core keep the process on this core, where the system has `taskset`
 * @throws Error with what the command said when it fails.
 */
export async function commandRun<T>(args: readonly string[], core?: number): Promise<CommandRun<T>> {
  const command = [...(core === undefined ? [] : pinnedTo(core)), process.execPath, CLI, ...args, '--json'];
  const started = performance.now();
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let peakMegabytes = 0;
  const watch = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid));
  }, 100);
  let json = '';
  let said = '';
  child.stderr.on('data', (piece) => {
    said = `${said}${piece}`.slice(-500);
  });
  for await (const piece of child.stdout) json += String(piece);
  clearInterval(watch);
  const seconds = (performance.now() - started) / 1000;
  if (json === '') throw new Error(`${command.join(' ')} failed: ${said.trim().split('\n').at(-1)}`);
  return { result: JSON.parse(json), seconds, peakMegabytes };
}

/** Whether {@link TrainRequest.core} has an effect here. */
export const canPin = spawnSync('taskset', ['--version']).status === 0;

function pinnedTo(core: number): string[] {
  return canPin ? ['taskset', '-c', String(core % cpus().length)] : [];
}

/** Peak resident memory of a process so far, from Linux's `/proc`; 0 once it has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
