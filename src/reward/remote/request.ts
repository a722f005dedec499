import { Interrupted } from '../../common/index.js';
import { broken, RemoteFailure, refusal, unreadable } from './failure.js';

/** One request, and how its answer is read. */
export interface RemoteRequest<T> {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** JSON. */
  body: string;
  /** Until the whole answer must be there, ms. */
  timeout: number;
  signal: AbortSignal | undefined;
  /** Takes the keys out of a text. */
  redact: (text: string) => string;
  /** @returns What the answer, parsed JSON, holds; or in a text what is wrong with it. */
  read: (answer: unknown) => { value: T } | string;
}

/**
 * Posts JSON, and reads the JSON that comes back.
 * @throws RemoteFailure for anything but a right answer, Interrupted when the signal fires.
 */
export async function postJson<T>(request: RemoteRequest<T>): Promise<T> {
  const { signal, timeout, redact, read } = request;
  if (signal?.aborted) throw new Interrupted('stopped');
  const controller = new AbortController();
  const stop = () => controller.abort();
  const timer = setTimeout(stop, timeout);
  signal?.addEventListener('abort', stop);
  let response: Response | undefined;
  let text: string;
  try {
    response = await send(request, controller.signal);
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw new Interrupted('stopped');
    if (controller.signal.aborted) {
      throw new RemoteFailure(`gives no answer within ${timeout / 1000} s`, { passing: true, done: true });
    }
    throw broken(error, response !== undefined);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
  if (!response.ok) throw refusal(response, redact(text));
  const answer = readJson(text, read);
  if (typeof answer === 'string') throw unreadable(answer, redact(text));
  return answer.value;
}

/** Redirects are not followed: they would carry headers with keys to other servers. */
function send({ url, headers, body }: RemoteRequest<unknown>, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body,
    signal,
  });
}

function readJson<T>(text: string, read: RemoteRequest<T>['read']): { value: T } | string {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return 'answers with something that is not JSON';
  }
  return read(answer);
}
