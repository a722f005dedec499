import { interruptSignal } from './interrupt.js';
import type { ProgressDisplay } from './progress.js';

/** How work is shown and stopped. */
export interface Shown {
  observer: ProgressDisplay;
  signal: AbortSignal;
}

/**
 * Does some work with its progress on a display. Ctrl-C stops it.
 * @param stopping what is then said
 */
export async function shown<T>(
  display: ProgressDisplay,
  stopping: string,
  work: (shown: Shown) => Promise<T>,
): Promise<T> {
  const interrupt = interruptSignal(() =>
    display.note(`stopping: ${stopping} (Ctrl-C again leaves at once)`),
  );
  try {
    const result = await work({ observer: display, signal: interrupt.signal });
    display.end(true);
    return result;
  } finally {
    interrupt.release();
    display.end();
  }
}
