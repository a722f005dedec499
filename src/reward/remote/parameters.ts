import { z } from 'zod';

/** The longest that `fetch` waits for an answer to begin, ms. */
const LONGEST_TIMEOUT = 300_000;

/** What every reward that asks a server takes. */
export const remoteParameters = {
  /**
   * Sent with every request. In a value `${NAME}` stands for an environment variable: a configuration is saved with its
   * run, so a key must not stand in it.
   */
  headers: z.record(z.string(), z.string()).default({}),
  /** Until the whole answer to a request must be there, ms. */
  timeout: z.number().int().min(1).max(LONGEST_TIMEOUT).default(60_000),
  /** How often a request is tried again that failed with something that may pass. */
  retries: z.number().int().min(0).default(6),
  /** Before the first of those tries, ms; doubled for each further one, and lengthened at random. */
  backoff: z.number().min(0).default(500),
  /** Most requests in flight. */
  concurrency: z.number().int().min(1).default(64),
  /** A file that keeps the answers, so that none is asked for twice; created when it is not there. */
  cache: z.string().min(1).optional(),
  /** The largest share of completions that may come back without a score, once there were 20. */
  maxSkipped: z.number().min(0).max(1).default(0.2),
};
