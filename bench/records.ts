import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** Finished results, one a line of a file, so that a bench that was stopped goes on where it was. */
export class Records<T> {
  readonly #path: string;
  readonly #known = new Map<string, T>();

  /** @param fresh forget what is there */
  constructor(path: string, fresh = false) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (fresh) rmSync(path, { force: true });
    if (!existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const record: { key: string; result: T } = JSON.parse(line);
      this.#known.set(record.key, record.result);
    }
  }

  /** @param key everything that the result depends on, such as the whole configuration */
  get(key: string): T | undefined {
    return this.#known.get(key);
  }

  add(key: string, result: T): void {
    this.#known.set(key, result);
    appendFileSync(this.#path, `${JSON.stringify({ key, result })}\n`);
  }
}

/** Works on tasks, `jobs` at a time. @param slot which of the `jobs` works on it, from 0 */
export async function inParallel<T>(
  tasks: readonly T[],
  jobs: number,
  work: (task: T, slot: number) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks];
  const worker = async (slot: number): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await work(task, slot);
  };
  await Promise.all(Array.from({ length: jobs }, (_, slot) => worker(slot)));
}
