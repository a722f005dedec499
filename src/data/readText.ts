import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { codeOf, InputError, resolveBundled } from '../common/index.js';

/**
 * The text of a UTF-8 file, without a byte order mark.
 * @param path Resolved as {@link resolveBundled} says.
 * @throws InputError when it is missing, unreadable, a directory or not UTF-8.
 */
export function readText(path: string): string {
  const bytes = readBytes(path);
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const where = utf16 ? path : `${path}:${firstBadLine(bytes)}`;
  throw new InputError(`${where}: not UTF-8${utf16 ? ' but UTF-16' : ''} text: save the file as UTF-8`);
}

function readBytes(path: string): Uint8Array {
  const file = resolveBundled(path);
  try {
    if (statSync(file).isDirectory()) throw new InputError(`${path} is a directory: name a file in it`);
    return readFileSync(file);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new InputError(`no such file: ${path}`);
      case 'EACCES':
      case 'EPERM':
        throw new InputError(`not allowed to read ${path}`);
      default:
        throw error;
    }
  }
}

/** No byte of a longer UTF-8 character is a line feed, so lines can be tried one by one. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, start);
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
    line++;
  }
}
