import { createContext, Script } from 'node:vm';
import { InputError } from '../../common/index.js';

/** Seconds that may be spent on a batch. */
const LIMIT = 10;

const task = { run: () => {} };
const context = createContext({ task });
const script = new Script('task.run()');

/**
 * Runs what may take forever, such as a regular expression; nothing but the VM's clock stops one.
 * @param what for the message
 * @param limit in seconds
 * @throws InputError when it takes longer.
 */
export function withinTime<T>(work: () => T, what: string, limit = LIMIT): T {
  const results: T[] = [];
  task.run = () => {
    results.push(work());
  };
  try {
    script.runInContext(context, { timeout: 1000 * limit });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new InputError(`${what} took more than ${limit} s on a batch: write it without nested repetitions`);
  }
  return results[0];
}

/** The error is one of the VM's own realm. */
function isTimeout(error: unknown): boolean {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
