import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { codeOf, InputError, messageOf, resolveBundled } from '../common/index.js';

/**
 * The text of a UTF-8 file, without a byte order mark; one whose name ends in `.gz` is unpacked.
 * @param path Resolved as {@link resolveBundled} says.
 * @param name What messages call it; default its path.
 * @throws InputError when it is missing, unreadable, a directory, not UTF-8 or no gzip file.
 */
export function readText(path: string, name: string = path): string {
  const packed = readBytes(path, name);
  const bytes = path.toLowerCase().endsWith('.gz') ? unpacked(packed, name) : packed;
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const where = utf16 ? name : `${name}:${firstBadLine(bytes)}`;
  throw new InputError(`${where}: not UTF-8${utf16 ? ' but UTF-16' : ''} text: save the file as UTF-8`);
}

/**
 * The bytes of a file.
 * @param path Resolved as {@link resolveBundled} says.
 * @param name What messages call it.
 * @throws InputError when it is missing, unreadable or a directory.
 */
export function readBytes(path: string, name: string): Uint8Array {
  const file = resolveBundled(path);
  try {
    if (statSync(file).isDirectory()) throw new InputError(`${name} is a directory: name a file in it`);
    return readFileSync(file);
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new InputError(`no such file: ${name}`);
      case 'EACCES':
      case 'EPERM':
        throw new InputError(`not allowed to read ${name}`);
      default:
        throw error;
    }
  }
}

function unpacked(bytes: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(
      `${name} is no gzip file, or cut off (${messageOf(error)}): write or download it anew`,
    );
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
