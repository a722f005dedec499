import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { codeOf, InputError, messageOf } from '../../common/index.js';

/** What a server says of a question: a number, or null when it gives none. */
export type Answer = number | null;

const START = '{"key":"';
const line = z.strictObject({ key: z.string().regex(/^[0-9a-f]{64}$/), value: z.number().nullable() });

/** A group of lines that is written at once. */
interface Group {
  lines: string[];
  written: Promise<void>;
}

/**
 * The answers of a server in a file that only grows: a JSON object on each line, with the SHA-256 of the question and the
 * answer. Each group of lines is on the disk before the next is written; what comes meanwhile makes up that.
 */
export class CacheFile {
  private last: Promise<void> = Promise.resolve();
  private next: Group | undefined;

  private constructor(
    readonly path: string,
    readonly answers: ReadonlyMap<string, Answer>,
  ) {}

  /**
   * Opens a file, or begins one. A last line that a killed process did not finish is cut off.
   * @throws InputError when it holds something else, or cannot be read or written.
   */
  static open(path: string, note: (line: string) => void = () => {}): CacheFile {
    const text = onDisk(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      closeSync(openSync(path, 'a'));
      // A device is written, and never read to its end.
      return statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
    });
    const end = text.lastIndexOf('\n') + 1;
    const answers = new Map(parse(text.slice(0, end), path));
    const torn = text.slice(end);
    if (torn !== '') {
      if (!torn.startsWith(START.slice(0, torn.length))) refuse(path, text.split('\n').length);
      onDisk(path, () => truncateSync(path, Buffer.byteLength(text.slice(0, end))));
      note(`${path}: the last line was not written to its end, and is dropped`);
    }
    return new CacheFile(path, answers);
  }

  /** @returns When the lines are on the disk. @throws InputError when the disk does not take them. */
  append(answers: readonly (readonly [key: string, value: Answer])[]): Promise<void> {
    this.next ??= this.group();
    this.next.lines.push(...answers.map(([key, value]) => `${JSON.stringify({ key, value })}\n`));
    return this.next.written;
  }

  private group(): Group {
    const lines: string[] = [];
    const written = this.last.then(() => {
      this.next = undefined;
      return this.write(lines);
    });
    this.last = written;
    return { lines, written };
  }

  private async write(lines: readonly string[]): Promise<void> {
    try {
      await appendFile(this.path, lines.join(''), { flush: true });
    } catch (error) {
      throw diskError(error, this.path);
    }
  }
}

function* parse(text: string, path: string): Generator<[string, Answer]> {
  for (const [i, source] of text.split('\n').entries()) {
    if (source === '') continue;
    const { success, data } = line.safeParse(jsonOf(source));
    if (!success) refuse(path, i + 1);
    yield [data.key, data.value];
  }
}

function jsonOf(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function refuse(path: string, at: number): never {
  throw new InputError(`${path}:${at}: not a line of a reward's cache: name another file in 'cache'`);
}

function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(error, path);
  }
}

function diskError(error: unknown, path: string): InputError {
  const code = codeOf(error);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const remedy = full ? 'free some disk space, then go on' : "name another file in 'cache'";
  return new InputError(`the cache ${path} cannot be written (${code ?? messageOf(error)}): ${remedy}`);
}
