import { codeOf, messageOf } from '../../common/index.js';
import { isRecord } from '../../config/index.js';

/** Statuses that may be gone in a moment, besides 5xx. */
const PASSING_STATUSES = [408, 409, 425, 429];
/** What a certificate that is not trusted makes `fetch` fail with: it will not be trusted in a moment either. */
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL/;
/** Characters of a server's answer that messages show. */
const SHOWN = 160;

export interface FailureDetails {
  /** Whether the same may succeed in a moment. */
  passing: boolean;
  /** Of the answer, where there was one. */
  status?: number;
  /** The answer's text, without keys. */
  body?: string;
  /** How long the server asks to wait, ms. */
  retryAfter?: number | undefined;
  /** Whether the server may have done the work, and charge for it. */
  done?: boolean;
}

/** A request failed. The message says how, after the name of the server. */
export class RemoteFailure extends Error {
  override name = 'RemoteFailure';

  constructor(
    message: string,
    readonly details: FailureDetails,
  ) {
    super(message);
  }
}

/** What an answer other than 2xx means. @param body Its text, without keys. */
export function refusal({ status, headers }: Response, body: string): RemoteFailure {
  const passing =
    (status >= 500 || PASSING_STATUSES.includes(status)) && !body.includes('insufficient_quota');
  const retryAfter = waitOf(headers.get('retry-after'));
  return new RemoteFailure(`answers with HTTP ${status}${says(body)}`, { passing, status, body, retryAfter });
}

/** Why there was no answer, or none to its end. @param begun Whether its beginning arrived. */
export function broken(error: unknown, begun: boolean): RemoteFailure {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const reason = codeOf(cause) ?? messageOf(cause);
  const passing = !UNTRUSTED.test(reason);
  const what = begun ? 'breaks off its answer' : 'cannot be reached';
  return new RemoteFailure(`${what} (${reason})`, { passing, done: begun });
}

/** An answer that is not as it must be. @param body Its text, without keys. */
export function unreadable(problem: string, body: string): RemoteFailure {
  return new RemoteFailure(`${problem}${says(body)}`, { passing: true, status: 200, body, done: true });
}

/**
 * What `Retry-After` asks for, in milliseconds: it is given in seconds, or as a date.
 * @returns Undefined when it is neither.
 */
export function waitOf(header: string | null): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** The beginning of a text in quotes, on one line. */
export function quoted(text: string): string {
  const line = [...text.replaceAll(/\s+/g, ' ').trim()];
  return `"${line.slice(0, SHOWN).join('')}${line.length > SHOWN ? '...' : ''}"`;
}

function says(body: string): string {
  const message = messageIn(body);
  return message === '' ? '' : `: ${quoted(message)}`;
}

/** The message of an error as OpenAI and many others send it, else the whole text. */
function messageIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = isRecord(parsed) ? (parsed['error'] ?? parsed) : undefined;
    const message = isRecord(error) ? error['message'] : error;
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
