import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { codeOf, InputError } from './errors.js';

/**
 * Writes a file so that it appears whole or not at all: to a temporary name beside it, fsync, rename.
 * @throws InputError when the disk is full or the place cannot be written.
 */
export function writeFileWhole(path: string, contents: string | Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'w');
    try {
      writeAll(file, typeof contents === 'string' ? Buffer.from(contents) : contents);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary);
    throw explainWriteError(error, path);
  }
}

/** Most bytes in one `write`: Node.js takes no more than 2 GiB. */
const LARGEST_WRITE = 2 ** 30;

/** Writes every byte: a single `write` may stop short, as it does on a disk that is filling up. */
export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, Math.min(bytes.length - written, LARGEST_WRITE));
  }
}

/** Turns the system's error of a failed write into one line that says what to do. Other errors pass through. */
export function explainWriteError(error: unknown, path: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new InputError(`no space left to write ${path}: free some disk space, then go on with --resume`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new InputError(`not allowed to write ${path}: choose another --out directory`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new InputError(`cannot write ${path}: a file stands where a directory is needed`);
    default:
      return error;
  }
}
