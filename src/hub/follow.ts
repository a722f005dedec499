import { env } from '@huggingface/transformers';
import { accessToken } from './endpoint.js';
import { causeOf, HubFailure } from './failure.js';
import { pathOf } from './names.js';
import type { HubRepository } from './types.js';

const MOST_REDIRECTS = 8;
export const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Statuses that may be gone in a moment, besides 5xx: a timeout, and too many requests. */
const PASSING_STATUSES = [408, 429];
const PASSING_ERRORS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET'];
/** What stands in for a download. */
export const LOCALLY = { model: 'a directory', dataset: 'a file' } as const;

/** The end of a chain of redirects. */
export interface Hop {
  response: Response;
  /** Whether it came from the hub itself rather than from the storage that it sends on to. */
  own: boolean;
  /** `X-Linked-*` of the hub, which the storage does not repeat. */
  linked: { etag: string | undefined; size: string | undefined };
}

/**
 * Follows redirects by hand: the token must stay with the hub, and the hub's own answer holds the checksum. A HEAD
 * request ends where the hub sends it away, for storage does not answer those.
 */
export async function follow(repository: HubRepository, hub: URL, init: RequestInit): Promise<Hop> {
  const token = accessToken();
  const linked: Hop['linked'] = { etag: undefined, size: undefined };
  let url = hub;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const own = url.origin === hub.origin;
    const headers = new Headers(init.headers);
    if (own && token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const response = await send(repository, url, { ...init, headers, redirect: 'manual' });
    if (own) {
      linked.etag ??= response.headers.get('x-linked-etag') ?? undefined;
      linked.size ??= response.headers.get('x-linked-size') ?? undefined;
    }
    const location = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
    if (location === null || !URL.canParse(location, url.href)) return { response, own, linked };
    url = new URL(location, url);
    if (init.method === 'HEAD' && url.origin !== hub.origin) return { response, own, linked };
    await response.body?.cancel();
  }
  throw new HubFailure(`${hub} is redirected in circles: try again later`, false);
}

async function send({ kind, id }: HubRepository, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await env.fetch(url, init);
  } catch (error) {
    const cause = causeOf(error);
    const message = `${id} cannot be downloaded: ${url.host} cannot be reached (${cause})`;
    const remedy = `check the network, or name ${LOCALLY[kind]} on this machine`;
    throw new HubFailure(`${message}; ${remedy}`, PASSING_ERRORS.includes(cause));
  }
}

/** @throws HubFailure for every refusal but that of something that is not there. */
export function refuseUnlessMissing(
  repository: HubRepository,
  url: URL,
  { status, headers }: Response,
): void {
  const { kind, id, revision } = repository;
  const code = headers.get('x-error-code');
  if (status === 404 && code === 'RevisionNotFound') {
    throw new HubFailure(`${id} has no revision ${revision} on ${url.host}: check the revision`, false);
  }
  if (status === 404) return;
  if (code === 'GatedRepo') {
    throw new HubFailure(
      `${url.host} refuses ${id} (HTTP ${status}): the ${kind} is gated; accept its terms on ${url.origin}/${pathOf(repository)}, ` +
        'then set HF_TOKEN to a token of that account',
      false,
    );
  }
  if (status === 401 || status === 403) {
    throw new HubFailure(
      `${url.host} refuses ${id} (HTTP ${status}): the ${kind} does not exist, is private or is gated; ` +
        'check the name, or set HF_TOKEN to a token that may read it',
      false,
    );
  }
  const passing = status >= 500 || PASSING_STATUSES.includes(status);
  throw new HubFailure(`${url} answers with HTTP ${status}: try again later`, passing);
}
