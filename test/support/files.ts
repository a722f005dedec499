import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory that is removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file into a temporary directory of its own. @returns Its path. */
export function temporaryFile(name: string, contents: string | Uint8Array): string {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, contents);
  return path;
}
