import { WriteStream } from 'node:tty';
import { vi } from 'vitest';

/** A stream that only remembers what was written, as a terminal or not. */
export function fakeStream(isTTY: boolean) {
  const written: string[] = [];
  const base = Object.assign(Object.create(WriteStream.prototype), {
    isTTY,
    columns: 120,
    write: (text: string) => written.push(text) > 0,
    cursorTo: vi.fn(),
    clearLine: vi.fn(),
    moveCursor: vi.fn(),
    on: () => base,
    removeListener: () => base,
  });
  return { base, text: () => written.join('') };
}
