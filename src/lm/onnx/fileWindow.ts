import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const WINDOW_BYTES = 1 << 15;

/** A file read through a small moving window, so that walking over a large model does not load it. */
export class FileWindow {
  readonly size: number;
  private readonly file: number;
  private window = new Uint8Array(0);
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

  /** The bytes from `start` to `end` alone, without reading ahead. */
  exact(start: number, end: number): Uint8Array<ArrayBuffer> {
    return this.read(start, end);
  }

  close(): void {
    closeSync(this.file);
  }

  private read(start: number, end: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.size) - start));
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(this.file, bytes, done, bytes.length - done, start + done);
      if (count === 0) return bytes.subarray(0, done);
      done += count;
    }
    return bytes;
  }
}
