import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  explainWriteError,
  InputError,
  LOCK,
  lockDirectory,
  writeAll,
  writeFileWhole,
} from '../common/index.js';

/** Name of the file that makes a directory a run's. */
const CONFIG = 'config.yaml';

/**
 * A run's directory: `config.yaml`, `metrics.jsonl`, `samples.jsonl`, `checkpoints/NNNNNN/` with the links `last`
 * and `best`, and the report. One process at a time may write to it.
 */
export class RunDirectory {
  /** @param unlock gives the directory back */
  private constructor(
    readonly path: string,
    readonly unlock: () => void,
  ) {}

  /**
   * A new run's directory, made if it is not there.
   * @param configFile the file that it will hold once the run has begun
   * @throws InputError when it already holds a run, other files, or is in use.
   */
  static create(path: string, configFile = CONFIG): RunDirectory {
    const directory = resolve(path);
    try {
      mkdirSync(directory, { recursive: true });
    } catch (error) {
      throw explainWriteError(error, directory);
    }
    const unlock = lockDirectory(directory);
    const found = readdirSync(directory).filter((name) => name !== LOCK);
    if (found.length > 0) {
      unlock();
      const holdsRun = found.includes(configFile);
      throw new InputError(
        holdsRun
          ? `${path} already holds a run: go on with --resume ${path}, or choose another --out`
          : `${path} is not empty (it holds ${found[0]}): choose another --out`,
      );
    }
    return new RunDirectory(directory, unlock);
  }

  /** Removes a directory that nothing was written to, so that a run that failed at its start leaves nothing behind. */
  removeIfEmpty(): void {
    if (readdirSync(this.path).length === 0) rmdirSync(this.path);
  }

  /** An existing run's directory, to go on with. @throws InputError when it holds no run or is in use. */
  static resume(path: string, configFile = CONFIG): RunDirectory {
    const directory = resolve(path);
    if (!existsSync(join(directory, configFile))) {
      throw new InputError(`${path} holds no run to resume (no ${configFile} there)`);
    }
    return new RunDirectory(directory, lockDirectory(directory));
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Number of the newest whole checkpoint, or undefined before the first. */
  lastCheckpoint(): number | undefined {
    const numbers = this.checkpoints();
    return numbers[numbers.length - 1];
  }

  checkpointDirectory(step: number): string {
    return this.file('checkpoints', String(step).padStart(6, '0'));
  }

  /**
   * Makes a checkpoint's directory appear whole: `write` fills a temporary one, which is then renamed; after that
   * the link `last` points to it.
   */
  addCheckpoint(step: number, write: (directory: string) => void): void {
    const directory = this.checkpointDirectory(step);
    const temporary = this.file('checkpoints', `.${basename(directory)}.tmp`);
    rmSync(temporary, { recursive: true, force: true });
    try {
      mkdirSync(temporary, { recursive: true });
      write(temporary);
      rmSync(directory, { recursive: true, force: true });
      renameSync(temporary, directory);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw explainWriteError(error, directory);
    }
    this.link('last', step);
  }

  /** Points the link `last` or `best` to a checkpoint. */
  link(name: 'last' | 'best', step: number): void {
    const temporary = this.file(`.${name}.tmp`);
    rmSync(temporary, { force: true });
    symlinkSync(join('checkpoints', basename(this.checkpointDirectory(step))), temporary);
    renameSync(temporary, this.file(name));
  }

  /** Removes all but the newest `keep` checkpoints and `best`. */
  prune(keep: number, best: number | undefined): void {
    for (const step of this.checkpoints().slice(0, -keep)) {
      if (step !== best) rmSync(this.checkpointDirectory(step), { recursive: true, force: true });
    }
  }

  private checkpoints(): number[] {
    const directory = this.file('checkpoints');
    if (!existsSync(directory)) return [];
    return readdirSync(directory)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Appends one JSON document as a line. */
  append(name: string, value: unknown): void {
    const path = this.file(name);
    try {
      const file = openSync(path, 'a');
      try {
        writeAll(file, Buffer.from(`${JSON.stringify(value)}\n`));
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw explainWriteError(error, path);
    }
  }

  /** Size of a file of lines in bytes, 0 when it is not there. */
  size(name: string): number {
    const path = this.file(name);
    return existsSync(path) ? statSync(path).size : 0;
  }

  /** Cuts a file of lines back to what it held at a checkpoint. */
  truncate(name: string, size: number): void {
    const path = this.file(name);
    if (!existsSync(path)) return;
    const file = openSync(path, 'r+');
    ftruncateSync(file, size);
    closeSync(file);
  }

  write(name: string, contents: string): void {
    writeFileWhole(this.file(name), contents);
  }
}
