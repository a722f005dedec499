import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { codeOf, explainWriteError, InputError, writeAll, writeFileWhole } from '../common/index.js';

const LOCK = '.lock';

/** Directories that this process holds: a lock with our own number may also be a dead process's, reused. */
const held = new Set<string>();

/**
 * A run's directory: `config.yaml`, `metrics.jsonl`, `samples.jsonl`, `checkpoints/NNNNNN/` with the links `last`
 * and `best`, and the report. One process at a time may write to it.
 */
export class RunDirectory {
  private constructor(readonly path: string) {}

  /**
   * A new run's directory, made if it is not there.
   * @throws InputError when it already holds a run, other files, or is in use.
   */
  static create(path: string): RunDirectory {
    const directory = resolve(path);
    try {
      mkdirSync(directory, { recursive: true });
    } catch (error) {
      throw explainWriteError(error, directory);
    }
    const run = RunDirectory.lock(directory);
    const found = readdirSync(directory).filter((name) => name !== LOCK);
    if (found.length > 0) {
      run.unlock();
      const holdsRun = found.includes('config.yaml');
      throw new InputError(
        holdsRun
          ? `${path} already holds a run: go on with --resume ${path}, or choose another --out`
          : `${path} is not empty (it holds ${found[0]}): choose another --out`,
      );
    }
    return run;
  }

  /** An existing run's directory, to go on with. @throws InputError when it holds no run or is in use. */
  static resume(path: string): RunDirectory {
    const directory = resolve(path);
    if (!existsSync(join(directory, 'config.yaml'))) {
      throw new InputError(`${path} holds no run to resume (no config.yaml there)`);
    }
    return RunDirectory.lock(directory);
  }

  private static lock(directory: string): RunDirectory {
    const lock = join(directory, LOCK);
    for (;;) {
      try {
        const file = openSync(lock, 'wx');
        writeAll(file, Buffer.from(String(process.pid)));
        closeSync(file);
        held.add(directory);
        return new RunDirectory(directory);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw explainWriteError(error, lock);
      }
      const owner = Number(readFileSync(lock, 'utf8'));
      if (owner === process.pid ? held.has(directory) : owner && isRunning(owner)) {
        throw new InputError(
          `${directory} is in use by process ${owner}: wait for it, or choose another --out`,
        );
      }
      // A killed process left its lock behind.
      rmSync(lock, { force: true });
    }
  }

  unlock(): void {
    held.delete(this.path);
    rmSync(this.file(LOCK), { force: true });
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

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
