import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDirectory, lockOwner, waitForLock } from '../../src/common/index.js';
import { temporaryDirectory } from '../support/files.js';

it('keeps a directory for one owner until it is given back', () => {
  const directory = temporaryDirectory();
  const unlock = lockDirectory(directory);
  expect(lockOwner(directory)).toBe(process.pid);
  expect(() => lockDirectory(directory)).toThrow(`is in use by process ${process.pid}`);
  unlock();
  expect(existsSync(join(directory, '.lock'))).toBe(false);
});

it('takes over from a dead process, even one that had the same number', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, '.lock'), String(process.pid));
  expect(lockOwner(directory)).toBeUndefined();
  lockDirectory(directory)();
});

it('waits for a running process, but not for ever', async () => {
  const directory = temporaryDirectory();
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  writeFileSync(join(directory, '.lock'), String(other.pid));
  await waitForLock(directory, 1);
  expect(lockOwner(directory)).toBe(other.pid);
  const waiting = waitForLock(directory, 60_000);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await waiting;
  expect(lockOwner(directory)).toBeUndefined();
});

it('waits for another process that has made a lock and not yet written its number', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, '.lock'), '');
  const started = performance.now();
  const unlock = lockDirectory(directory);
  // A process that died between the two is not waited for long.
  expect(performance.now() - started).toBeGreaterThan(900);
  expect(lockOwner(directory)).toBe(process.pid);
  unlock();
});
