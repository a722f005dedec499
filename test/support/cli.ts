import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface CliResult {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Starts the built command line. `done` settles when it has ended. */
export function startCli(
  args: readonly string[],
  input = '',
): { child: ChildProcess; done: Promise<CliResult> } {
  const child = spawn(process.execPath, [main, ...args], { cwd: root, stdio: 'pipe' });
  const result: CliResult = { status: null, signal: null, stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => {
    result.stdout += String(piece);
  });
  child.stderr.on('data', (piece) => {
    result.stderr += String(piece);
  });
  child.stdin.end(input);
  const done = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ ...result, status, signal }));
  });
  return { child, done };
}

/** Runs the built command line to its end. */
export function runCli(args: readonly string[], input = ''): Promise<CliResult> {
  return startCli(args, input).done;
}

/** Runs until something is there, then sends a signal. */
export async function interruptCli(
  args: readonly string[],
  when: () => boolean,
  signal: NodeJS.Signals,
): Promise<CliResult> {
  const { child, done } = startCli(args);
  const watch = setInterval(() => {
    if (!when()) return;
    clearInterval(watch);
    child.kill(signal);
  }, 5);
  const result = await done;
  clearInterval(watch);
  return result;
}
