import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { explainWriteError, InputError, writeFileWhole } from '../../common/index.js';

/** @throws InputError when something is there already. */
export function refuseExisting(directory: string): void {
  if (!existsSync(directory)) return;
  throw new InputError(`${directory} is there already: choose another --out, or remove it`);
}

/**
 * Writes a directory so that it appears whole or not at all.
 * @param files their contents by their names
 * @throws InputError when it is there already or cannot be written.
 */
export function writeDirectoryWhole(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  refuseExisting(directory);
  const temporary = join(
    dirname(resolve(directory)),
    `.${basename(directory)}.${randomBytes(4).toString('hex')}.tmp`,
  );
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, contents] of Object.entries(files)) writeFileWhole(join(temporary, name), contents);
    renameSync(temporary, directory);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw explainWriteError(error, directory);
  }
}
