import { accessSync, constants, mkdirSync } from 'node:fs';
import {
  codeOf,
  InputError,
  Interrupted,
  lockDirectory,
  lockOwner,
  messageOf,
  waitForLock,
} from '../common/index.js';
import type { HubRepository } from './types.js';

/** Between two tries to take the lock, ms. */
const LOCK_WAIT = 1000;

/**
 * Makes a directory of the cache, and waits until no other process downloads into it.
 * @returns Lets other processes do so.
 * @throws InputError when it cannot be written, Interrupted when `signal` fires.
 */
export async function lockForDownload(
  directory: string,
  kind: HubRepository['kind'],
  signal: AbortSignal | undefined,
): Promise<() => void> {
  prepareDirectory(directory, kind);
  for (;;) {
    await waitForLock(directory, LOCK_WAIT, signal);
    if (signal?.aborted) throw new Interrupted('the download was interrupted');
    const unlock = lockOwner(directory) === undefined ? tryLock(directory) : undefined;
    if (unlock) return unlock;
  }
}

function tryLock(directory: string): (() => void) | undefined {
  try {
    return lockDirectory(directory);
  } catch (error) {
    // Another process was faster.
    if (lockOwner(directory) !== undefined) return undefined;
    throw error;
  }
}

function prepareDirectory(directory: string, kind: HubRepository['kind']): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw new InputError(
      `${kind}s cannot be kept in ${directory} (${codeOf(error) ?? messageOf(error)}): make it writable`,
    );
  }
}
