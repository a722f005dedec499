import { createHash } from 'node:crypto';
import { type Answer, CacheFile } from './cacheFile.js';
import type { RemoteClient } from './client.js';
import { jsonText } from './json.js';

/** A question, and what names it: the same key means the same answer. */
export interface Keyed<Q> {
  key: string;
  question: Q;
}

/** Sends questions, some at a time. @returns The answers, in order. */
export type Ask<Q> = (questions: readonly Q[]) => Promise<readonly Answer[]>;

/** The key of a question: the SHA-256 of all that decides its answer. */
export function keyOf(...parts: unknown[]): string {
  return createHash('sha256').update(jsonText(parts)).digest('hex');
}

/**
 * The answers of a server: each question is asked once, however often and by however many at a time it comes up, in this
 * run or, with a file, in an earlier one.
 */
export class Answers {
  /** How many answers needed no request. */
  cached = 0;
  private readonly known: Map<string, Answer>;
  private readonly asked = new Map<string, Promise<Answer>>();

  /** @param file Where answers are kept; without one, in memory alone. */
  constructor(
    private readonly client: RemoteClient,
    private readonly file: CacheFile | undefined,
  ) {
    this.known = new Map(file?.answers);
  }

  /** Those of the questions that would be asked, each once. */
  open<Q>(questions: readonly Keyed<Q>[]): Keyed<Q>[] {
    const open = questions.filter(({ key }) => !this.known.has(key) && !this.asked.has(key));
    return [...new Map(open.map((keyed) => [keyed.key, keyed])).values()];
  }

  /**
   * The answers to all questions, in order. Those that arrive are kept even when others fail.
   * @param size Questions that `ask` takes at a time.
   */
  async get<Q>(questions: readonly Keyed<Q>[], size: number, ask: Ask<Q>): Promise<Answer[]> {
    const open = this.open(questions);
    this.cached += questions.length - open.length;
    for (let i = 0; i < open.length; i += size) this.start(open.slice(i, i + size), ask);
    const settled = await Promise.allSettled(questions.map(({ key }) => this.answer(key)));
    return settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  private answer(key: string): Answer | Promise<Answer> {
    const known = this.known.get(key);
    return known === undefined ? (this.asked.get(key) ?? null) : known;
  }

  private start<Q>(part: readonly Keyed<Q>[], ask: Ask<Q>): void {
    const answers = this.client.run(async () => {
      const values = await ask(part.map(({ question }) => question));
      const entries = part.map(({ key }, i): [string, Answer] => [key, values[i]]);
      await this.file?.append(entries);
      for (const [key, value] of entries) this.known.set(key, value);
      return values;
    });
    for (const [i, { key }] of part.entries()) {
      const answer = answers.then((values) => values[i]).finally(() => this.asked.delete(key));
      this.asked.set(key, answer);
    }
  }
}

/** Opens the cache that a configuration names, if it names one. */
export function openCache(path: string | undefined, note?: (line: string) => void): CacheFile | undefined {
  return path === undefined ? undefined : CacheFile.open(path, note);
}
