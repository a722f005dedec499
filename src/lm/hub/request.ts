import { env } from '@huggingface/transformers';
import { accessToken, fileUrl } from './endpoint.js';
import { causeOf, HubFailure } from './failure.js';

const MOST_REDIRECTS = 8;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Statuses that may be gone in a moment, besides 5xx: a timeout, and too many requests. */
const PASSING_STATUSES = [408, 429];
const PASSING_ERRORS = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'UND_ERR_SOCKET'];

/** A file of a model on the hub. */
export interface HubFile {
  id: string;
  revision: string;
  name: string;
}

/** The hub's answer to a request for a file, or for the rest of one. */
export interface Answer {
  body: ReadableStream<Uint8Array> | null;
  /** Where the body starts in the file, bytes. */
  start: number;
  /** The file's size, bytes, where the hub tells. */
  total: number | undefined;
  /** Names the file's contents: another one means another file. Undefined where the hub gives no strong ETag. */
  version: string | undefined;
  /** Of the whole file, in hexadecimal; the hub gives it for the large ones. */
  sha256: string | undefined;
}

interface Hop {
  response: Response;
  /** Whether it came from the hub itself rather than from the storage that it sends on to. */
  own: boolean;
  /** `X-Linked-*` of the hub, which the storage does not repeat. */
  linked: { etag: string | undefined; size: string | undefined };
}

/** Whether the hub has a file. @throws HubFailure when it does not say. */
export async function hasFile(file: HubFile, signal: AbortSignal | undefined): Promise<boolean> {
  const { response } = await follow(file, { method: 'HEAD', signal: signal ?? null });
  await response.body?.cancel();
  if (response.ok || REDIRECTS.includes(response.status)) return true;
  refuseUnlessMissing(file, response);
  return false;
}

/**
 * Asks the hub for a file from byte `start` on.
 * @returns Undefined where it has no such file.
 * @throws HubFailure when it cannot be reached or refuses.
 */
export async function requestFile(
  file: HubFile,
  start: number,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  // A compressed body would have other offsets than the file.
  const headers = { 'accept-encoding': 'identity', ...(start > 0 ? { range: `bytes=${start}-` } : {}) };
  const hop = await follow(file, { method: 'GET', headers, signal: signal ?? null });
  const { response } = hop;
  if (response.ok || response.status === 416) return describe(hop);
  await response.body?.cancel();
  if (!hop.own) {
    const url = fileUrl(file.id, file.revision, file.name);
    // Its addresses expire; the hub gives a new one.
    throw new HubFailure(
      `${url}: the hub's storage answers with HTTP ${response.status}: try again later`,
      true,
    );
  }
  refuseUnlessMissing(file, response);
  return undefined;
}

/**
 * Follows redirects by hand: the token must stay with the hub, and the hub's own answer holds the checksum. A HEAD
 * request ends where the hub sends it away, for storage does not answer those.
 */
async function follow(file: HubFile, init: RequestInit): Promise<Hop> {
  const hub = fileUrl(file.id, file.revision, file.name);
  const token = accessToken();
  const linked: Hop['linked'] = { etag: undefined, size: undefined };
  let url = hub;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const own = url.origin === hub.origin;
    const headers = new Headers(init.headers);
    if (own && token !== undefined) headers.set('authorization', `Bearer ${token}`);
    const response = await send(file, url, { ...init, headers, redirect: 'manual' });
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

async function send(file: HubFile, url: URL, init: RequestInit): Promise<Response> {
  try {
    return await env.fetch(url, init);
  } catch (error) {
    const cause = causeOf(error);
    const message = `${file.id} cannot be downloaded: ${url.host} cannot be reached (${cause})`;
    const remedy = 'check the network, or name a directory on this machine';
    throw new HubFailure(`${message}; ${remedy}`, PASSING_ERRORS.includes(cause));
  }
}

function describe({ response, own, linked }: Hop): Answer {
  const { headers, status, body } = response;
  const etag = headers.get('etag') ?? undefined;
  const [, from, all] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  const length = status === 200 && !headers.has('content-encoding') ? headers.get('content-length') : null;
  const total = wholeNumber(linked.size) ?? wholeNumber(all) ?? wholeNumber(length ?? undefined);
  // 416: nothing is left behind that byte.
  const rest = status === 416 ? total : wholeNumber(from);
  const checksum = linked.etag ?? (own ? etag : undefined);
  return {
    body,
    start: status === 200 ? 0 : (rest ?? -1),
    total,
    version: linked.etag ?? (etag?.startsWith('W/') ? undefined : etag),
    sha256: /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(checksum ?? '')?.[1],
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** @throws HubFailure for every refusal but that of a file that is not there. */
function refuseUnlessMissing({ id, revision, name }: HubFile, { status, headers }: Response): void {
  const url = fileUrl(id, revision, name);
  const code = headers.get('x-error-code');
  if (status === 404 && code === 'RevisionNotFound') {
    throw new HubFailure(`${id} has no revision ${revision} on ${url.host}: check the revision`, false);
  }
  if (status === 404) return;
  if (code === 'GatedRepo') {
    throw new HubFailure(
      `${url.host} refuses ${id} (HTTP ${status}): the model is gated; accept its terms on ${url.origin}/${id}, ` +
        'then set HF_TOKEN to a token of that account',
      false,
    );
  }
  if (status === 401 || status === 403) {
    throw new HubFailure(
      `${url.host} refuses ${id} (HTTP ${status}): the model does not exist, is private or is gated; ` +
        'check the name, or set HF_TOKEN to a token that may read it',
      false,
    );
  }
  const passing = status >= 500 || PASSING_STATUSES.includes(status);
  throw new HubFailure(`${url} answers with HTTP ${status}: try again later`, passing);
}
