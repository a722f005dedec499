import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { codeOf, InputError } from './errors.js';
import { explainWriteError, writeAll } from './files.js';

/** Name of a directory's lock. */
export const LOCK = '.lock';
/** The longest that writing a lock may take, ms. */
const WRITTEN_WITHIN = 1000;
/** Between two looks at a lock, ms. */
const LOOK_EVERY = 100;

/** Directories that this process holds: a lock with our own number may also be a dead process's, reused. */
const held = new Set<string>();

/**
 * Takes a directory for this process.
 * @returns What gives it back.
 * @throws InputError when another process that is still running has it.
 */
export function lockDirectory(directory: string): () => void {
  const lock = join(directory, LOCK);
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeAll(file, Buffer.from(String(process.pid)));
      closeSync(file);
      held.add(lock);
      return () => {
        held.delete(lock);
        rmSync(lock, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw explainWriteError(error, lock);
    }
    if (isBeingWritten(lock)) continue;
    const owner = lockOwner(directory);
    if (owner !== undefined) {
      throw new InputError(
        `${directory} is in use by process ${owner}: wait for it, or choose another --out`,
      );
    }
    // A killed process left its lock behind.
    rmSync(lock, { force: true });
  }
}

/** Whether another process has made the lock and not written its number yet: it does so at once. */
function isBeingWritten(lock: string): boolean {
  const { size, mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { size: 1, mtimeMs: 0 };
  return size === 0 && Date.now() - mtimeMs < WRITTEN_WITHIN;
}

/** The running process that has locked a directory, if there is one. */
export function lockOwner(directory: string): number | undefined {
  const lock = join(directory, LOCK);
  const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  const holds = owner === process.pid ? held.has(lock) : owner > 0 && isRunning(owner);
  return holds ? owner : undefined;
}

/** Waits until no running process has a directory, or for so many milliseconds. */
export async function waitForLock(directory: string, most: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + most;
  while (lockOwner(directory) !== undefined && performance.now() < end && !signal?.aborted) {
    await setTimeout(LOOK_EVERY);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
