import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { InputError, messageOf } from './errors.js';
import { explainWriteError, writeAll } from './files.js';

/**
 * A file of JSON documents, one a line, that only grows. What a killed process left of a last line is cut off when the
 * file is opened, so whatever is in it is whole.
 */
export class LineFile<T> {
  readonly #path: string;
  readonly #lines: T[];

  private constructor(path: string, lines: T[]) {
    this.#path = path;
    this.#lines = lines;
  }

  /**
   * Opens a file, or makes one at the first {@link append}.
   * @param parse What a line holds. @throws by it, for another thing.
   * @throws InputError naming the line that is no JSON document, or not what it should be.
   */
  static open<T>(path: string, parse: (value: unknown) => T): LineFile<T> {
    if (!existsSync(path)) return new LineFile(path, []);
    const bytes = readFileSync(path);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end < bytes.length) cutOff(path, end);
    const texts = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return new LineFile(
      path,
      texts.map((text, i) => parsed(text, `${path}:${i + 1}`, parse)),
    );
  }

  /** What is in the file, in order. */
  get lines(): readonly T[] {
    return this.#lines;
  }

  /** Adds lines, which are on the disk when it returns. @throws InputError when the disk is full. */
  append(values: readonly T[]): void {
    if (values.length === 0) return;
    try {
      const file = openSync(this.#path, 'a');
      try {
        writeAll(file, Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join('')));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw explainWriteError(error, this.#path);
    }
    for (const value of values) this.#lines.push(value);
  }
}

function cutOff(path: string, size: number): void {
  const file = openSync(path, 'r+');
  ftruncateSync(file, size);
  closeSync(file);
}

function parsed<T>(text: string, where: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw new InputError(`${where} is damaged: ${messageOf(error)}; remove the file to make it anew`);
  }
}
