import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../../common/index.js';

const WINDOW_BYTES = 1 << 15;

/** A file read through a small moving window, so that walking over a large model does not load it. */
export class FileWindow {
  readonly size: number;
  private readonly file: number;
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;

  constructor(readonly path: string) {
    this.file = openSync(path, 'r');
    this.size = fstatSync(this.file).size;
  }

  /**
   * The bytes from `start` to `end`, cut off at the end of the file. The array is only valid until the next call.
   */
  view(start: number, end: number): Uint8Array {
    const stop = Math.min(end, this.size);
    if (start < this.windowStart || stop > this.windowStart + this.window.length) {
      this.window = this.read(start, Math.max(stop, start + WINDOW_BYTES));
      this.windowStart = start;
    }
    return this.window.subarray(start - this.windowStart, Math.max(start, stop) - this.windowStart);
  }

  /** A copy of the bytes from `start` to `end`, cut off at the end of the file. */
  copy(start: number, end: number): Uint8Array {
    return this.view(start, end).slice();
  }

  /** Fills `bytes` with those from `start` on, without reading ahead. @throws InputError when the file ends before. */
  fill(bytes: Uint8Array, start: number): void {
    if (this.readInto(bytes, start) === bytes.length) return;
    throw new InputError(`${this.path} has become shorter since it was opened: download or export it again`);
  }

  close(): void {
    closeSync(this.file);
  }

  private read(start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.size) - start));
    return bytes.subarray(0, this.readInto(bytes, start));
  }

  /** @returns how many bytes there were. */
  private readInto(bytes: Uint8Array, start: number): number {
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(this.file, bytes, done, bytes.length - done, start + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }
}
