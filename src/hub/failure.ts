import { setTimeout } from 'node:timers/promises';
import { codeOf, Interrupted, messageOf } from '../common/index.js';

const TRIES = 4;

/** The hub did not give a file. The message is a line for the user. */
export class HubFailure extends Error {
  override name = 'HubFailure';

  constructor(
    message: string,
    /** Whether the same may succeed in a moment. */
    readonly passing: boolean,
  ) {
    super(message);
  }
}

/**
 * Does something again while it fails with a passing {@link HubFailure}, at most 4 times in all.
 * @param firstWait Before the second try, ms; doubled each time.
 * @throws Interrupted when `signal` fires.
 */
export async function withRetries<T>(
  work: () => Promise<T>,
  firstWait: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof HubFailure && error.passing && tries < TRIES;
      if (again) await setTimeout(firstWait * 2 ** (tries - 1), undefined, { signal }).catch(() => undefined);
      if (signal?.aborted) throw new Interrupted('the download was interrupted');
      if (!again) throw error;
    }
  }
}

/** The message of what made `fetch` fail, which its own message does not tell. */
export function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return codeOf(cause) ?? messageOf(cause ?? error);
}
