import { fileUrl } from './endpoint.js';
import { HubFailure } from './failure.js';
import { follow, type Hop, REDIRECTS, refuseUnlessMissing } from './follow.js';
import type { HubFile } from './types.js';

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

/** Whether the hub has a file. @throws HubFailure when it does not say. */
export async function hasFile(file: HubFile, signal: AbortSignal | undefined): Promise<boolean> {
  const url = fileUrl(file);
  const { response } = await follow(file, url, { method: 'HEAD', signal: signal ?? null });
  await response.body?.cancel();
  if (response.ok || REDIRECTS.includes(response.status)) return true;
  refuseUnlessMissing(file, url, response);
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
  const url = fileUrl(file);
  const hop = await follow(file, url, { method: 'GET', headers, signal: signal ?? null });
  const { response } = hop;
  if (response.ok || response.status === 416) return describe(hop);
  await response.body?.cancel();
  if (!hop.own) {
    // Its addresses expire; the hub gives a new one.
    throw new HubFailure(
      `${url}: the hub's storage answers with HTTP ${response.status}: try again later`,
      true,
    );
  }
  refuseUnlessMissing(file, url, response);
  return undefined;
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
