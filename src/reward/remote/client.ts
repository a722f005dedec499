import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import pRetry from 'p-retry';
import { InputError, Interrupted } from '../../common/index.js';
import type { Credentials } from './credentials.js';
import { RemoteFailure } from './failure.js';
import { jsonText } from './json.js';
import { postJson, type RemoteRequest } from './request.js';

/** The longest wait between two tries that the client chooses itself, ms. */
const LONGEST_BACKOFF = 30_000;
/** The longest wait that a server may ask for, ms. */
const LONGEST_RETRY_AFTER = 600_000;

export interface ClientOptions {
  url: URL;
  credentials: Credentials;
  /** Until the whole answer must be there, ms. */
  timeout: number;
  /** How often a request is tried again. */
  retries: number;
  /** Before the first of those, ms; doubled for each further one, and lengthened at random to up to twice of it. */
  backoff: number;
  /** Most requests in flight. */
  concurrency: number;
  signal: AbortSignal | undefined;
  /** The parameters that lead to the address, for messages: `'url'`. */
  addressedBy: string;
  /** The end of the message that a request failed for good: what becomes of the answers that came. */
  wayOn: string;
}

export interface Sending<T> {
  body: unknown;
  read: RemoteRequest<T>['read'];
  /** Called when an answer was lost that the server may charge for. */
  onLost?: () => void;
}

/**
 * Sends requests to a server: so many at a time, each again while it fails with something that may pass. After one that
 * failed for good those that wait are not sent, and fail with the same error.
 */
export class RemoteClient {
  /** Requests that were sent, those that were tried again counted each time. */
  sent = 0;
  private readonly limit: LimitFunction;
  private readonly signal: AbortSignal | undefined;
  private running = 0;
  private stoppedBy: Error | undefined;
  /** Until when the server wants to be left alone, ms of `performance.now()`. */
  private resumeAt = 0;

  constructor(private readonly options: ClientOptions) {
    this.limit = pLimit(options.concurrency);
    this.signal = options.signal && ofItsOwn(options.signal);
  }

  /**
   * Does something that sends requests, when it is its turn.
   * @throws InputError when a request fails for good, Interrupted when the signal fires.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running === 0) this.stoppedBy = undefined;
    this.running++;
    try {
      return await this.limit(() => this.unlessStopped(work));
    } finally {
      this.running--;
    }
  }

  /** Sends a request within {@link run}. @throws RemoteFailure when it fails for good. */
  send<T>({ body, read, onLost }: Sending<T>): Promise<T> {
    const { retries, backoff } = this.options;
    const { signal } = this;
    const text = jsonText(body);
    const attempt = () =>
      this.attempt(text, read).catch((error: unknown) => {
        if (error instanceof RemoteFailure && error.details.done) onLost?.();
        throw this.withWait(error);
      });
    return pRetry(attempt, {
      retries,
      minTimeout: backoff,
      maxTimeout: Math.max(LONGEST_BACKOFF, backoff),
      randomize: true,
      shouldRetry: ({ error }) =>
        error instanceof RemoteFailure && error.details.passing && this.stoppedBy === undefined,
      ...(signal ? { signal } : {}),
    });
  }

  private async unlessStopped<T>(work: () => Promise<T>): Promise<T> {
    if (this.stoppedBy) throw this.stoppedBy;
    try {
      return await work();
    } catch (error) {
      const explained = this.explain(error);
      this.stoppedBy ??= explained;
      throw explained;
    }
  }

  private async attempt<T>(body: string, read: RemoteRequest<T>['read']): Promise<T> {
    const { url, credentials, timeout } = this.options;
    await this.pause();
    if (this.stoppedBy) throw this.stoppedBy;
    this.sent++;
    const redact = (text: string) => credentials.redact(text);
    return postJson({
      ...{ url, headers: credentials.headers(), body, timeout, redact, read },
      signal: this.signal,
    });
  }

  /** What a server asks one request for holds for all. */
  private async pause(): Promise<void> {
    const { backoff } = this.options;
    const { signal } = this;
    for (;;) {
      const wait = this.resumeAt - performance.now();
      if (wait <= 0) return;
      await setTimeout(wait + Math.random() * backoff, undefined, signal ? { signal } : {});
    }
  }

  private withWait(error: unknown): unknown {
    if (!(error instanceof RemoteFailure)) return error;
    const { retryAfter, ...details } = error.details;
    if (retryAfter === undefined || !details.passing) return error;
    if (retryAfter > LONGEST_RETRY_AFTER) {
      const message = `${error.message}, and asks to be left alone for ${Math.ceil(retryAfter / 60_000)} minutes`;
      return new RemoteFailure(message, { ...details, passing: false });
    }
    this.resumeAt = Math.max(this.resumeAt, performance.now() + retryAfter);
    return error;
  }

  private explain(error: unknown): Error {
    if (this.signal?.aborted) return new Interrupted(`stopped while ${this.options.url.host} was asked`);
    if (error instanceof RemoteFailure)
      return new InputError(this.options.credentials.redact(this.remedy(error)));
    return error instanceof Error ? error : new Error(String(error));
  }

  private remedy({ message, details: { status, passing } }: RemoteFailure): string {
    const { url, credentials, retries, addressedBy, wayOn } = this.options;
    const address = `${url.origin}${url.pathname}`;
    if (status === 401 || status === 403) {
      const key = credentials.names;
      return key === undefined
        ? `${address} wants a key (HTTP ${status}): put it into an environment variable and name that in 'keyEnv'`
        : `${address} refused the key in ${key} (HTTP ${status}; expired?): set a valid one${wayOn}`;
    }
    if (status === 404) return `${address} ${message}: there is no such address; check ${addressedBy}`;
    if (status !== undefined && status >= 300 && status < 400) {
      return `${address} sends elsewhere (HTTP ${status}): put the address that it sends to into ${addressedBy}`;
    }
    if (!passing) return `${address} ${message}: mend the request or the server${wayOn}`;
    return `${address} ${message}, at the last of ${retries + 1} tries: try again later${wayOn}`;
  }
}

/** A signal that fires with another: Node.js takes many listeners for a leak, and every request in flight is one. */
function ofItsOwn(signal: AbortSignal): AbortSignal {
  const own = AbortSignal.any([signal]);
  setMaxListeners(0, own);
  return own;
}
