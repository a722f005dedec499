import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, relative } from 'node:path';
import { env } from '@huggingface/transformers';
import { vi } from 'vitest';

/** What goes wrong once with a request for a file. */
export type Fault =
  | { status: number; code?: string }
  /** The server hangs up, or falls silent, after so many bytes of its answer. */
  | { hangUpAfter: number }
  | { stallAfter: number }
  /** The answer ends, as if complete, after so many bytes. */
  | { endAfter: number }
  /** The server sends the whole file whatever part is asked for. */
  | { noRange: true }
  /** The bytes are not those of the checksum. */
  | { altered: true }
  /** Pauses in mid-file, ms. */
  | { pause: number };

export interface SeenRequest {
  server: 'hub' | 'storage';
  method: string;
  /** `owner/name/resolve/main/config.json`, or the same behind the redirect. */
  path: string;
  range: string | undefined;
  authorization: string | undefined;
}

const FILE = /^((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/;
const TREE = /^api\/((?:datasets\/)?[^/]+\/[^/]+)\/tree\/(.+)$/;

/** Files that the hub keeps elsewhere. */
const isLarge = (name: string) => /\.(onnx|parquet)/.test(name);

/**
 * A hub in miniature: the models of `root` (`owner/name`, or `owner/name@revision`) and its datasets (the same below
 * `datasets/`). As on the real one, `.onnx` and `.parquet` files are redirected to another host and the redirect alone
 * tells size and SHA-256; other files have a plain ETag. A list of files comes in pages.
 */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  /** By file name, or `tree` for the list of files; one is used up by each GET. */
  readonly faults = new Map<string, Fault[]>();
  /** Models and datasets that want this token, even for their lists. */
  readonly private = new Map<string, string>();
  /** Those whose lists all may see, but whose files no one. */
  readonly gated = new Set<string>();
  /** Files in one page of a list. */
  pageSize = 1000;
  /** Whether answers carry ETags. */
  etags = true;
  private readonly hub: Server;
  private readonly storage: Server;

  constructor(private readonly root: string) {
    this.hub = createServer((request, response) => this.answer('hub', request, response));
    this.storage = createServer((request, response) => this.answer('storage', request, response));
  }

  async start(): Promise<void> {
    for (const server of [this.hub, this.storage]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    }
  }

  stop(): void {
    for (const server of [this.hub, this.storage]) {
      server.closeAllConnections();
      server.close();
    }
  }

  get address(): string {
    return addressOf(this.hub);
  }

  reset(): void {
    this.requests.length = 0;
    this.faults.clear();
    this.etags = true;
    this.pageSize = 1000;
  }

  /** The GET requests for a file that were answered with (a part of) it. */
  gets(name: string): SeenRequest[] {
    const server = isLarge(name) ? 'storage' : 'hub';
    return this.requests.filter(
      (seen) => seen.server === server && seen.method === 'GET' && seen.path.endsWith(`/${name}`),
    );
  }

  private answer(server: 'hub' | 'storage', request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.address);
    const path = decodeURIComponent(url.pathname.slice(1));
    const { range, authorization } = request.headers;
    const method = request.method ?? '';
    this.requests.push({ server, method, path, range, authorization });
    const tree = path.startsWith('api/');
    const [, id = '', revision = '', name = ''] = (tree ? TREE : FILE).exec(path) ?? [];
    const wanted = this.private.get(id);
    if (server === 'hub' && wanted !== undefined && authorization !== `Bearer ${wanted}`) {
      response.writeHead(401).end();
      return;
    }
    if (this.gated.has(id) && !tree) {
      response.writeHead(403, { 'x-error-code': 'GatedRepo' }).end();
      return;
    }
    const file = join(this.root, revision === 'main' ? id : `${id}@${revision}`, name);
    if (tree && existsSync(file)) {
      this.list(file, url, response);
      return;
    }
    if (name === '' || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const body = readFileSync(file);
    if (isLarge(name) && server === 'hub') {
      const location = `${addressOf(this.storage)}${request.url}`;
      response.writeHead(302, { location, ...(this.etags ? linked(body) : {}) }).end();
      return;
    }
    const fault = method === 'GET' ? this.faults.get(name)?.shift() : undefined;
    const headers = this.etags && server === 'hub' ? { etag: `"${digest('sha1', body)}"` } : {};
    send(response, body, { range, headers, fault, method });
  }

  /** A page of the paths of a folder's files and folders. */
  private list(folder: string, url: URL, response: ServerResponse): void {
    const fault = this.faults.get('tree')?.shift();
    const start = Number(url.searchParams.get('cursor') ?? 0);
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => ({
      type: entry.isDirectory() ? 'directory' : 'file',
      path: relative(folder, join(entry.parentPath, entry.name)),
    }));
    const end = start + this.pageSize;
    const next = new URL(url);
    next.searchParams.set('cursor', String(end));
    const link = end < entries.length ? { link: `<${next.href}>; rel="next"` } : {};
    const body = Buffer.from(JSON.stringify(entries.slice(start, end)));
    send(response, body, { range: undefined, headers: link, fault, method: 'GET' });
  }
}

function linked(body: Buffer): Record<string, string> {
  return { 'x-linked-etag': `"${digest('sha256', body)}"`, 'x-linked-size': String(body.length) };
}

export function digest(algorithm: string, body: Uint8Array): string {
  return createHash(algorithm).update(body).digest('hex');
}

interface Sending {
  range: string | undefined;
  headers: Record<string, string>;
  fault: Fault | undefined;
  method: string;
}

function send(response: ServerResponse, body: Buffer, { range, headers, fault, method }: Sending): void {
  if (fault !== undefined && 'status' in fault) {
    response.writeHead(fault.status, fault.code === undefined ? {} : { 'x-error-code': fault.code }).end();
    return;
  }
  const whole = fault !== undefined && 'noRange' in fault;
  const start = whole ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (start >= body.length) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${body.length}` }).end('no such part');
    return;
  }
  const part = Buffer.from(body.subarray(start));
  if (fault !== undefined && 'altered' in fault) part[0] ^= 0xff;
  const position =
    start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : undefined;
  if (fault !== undefined && 'endAfter' in fault) {
    response.writeHead(200, headers).end(part.subarray(0, fault.endAfter));
    return;
  }
  response.writeHead(position ? 206 : 200, { ...headers, ...position, 'content-length': part.length });
  if (method === 'HEAD') response.end();
  else if (fault !== undefined && 'hangUpAfter' in fault) {
    // Once the bytes were read: a stream that breaks drops what waits in it.
    response.write(part.subarray(0, fault.hangUpAfter), () => setTimeout(() => response.destroy(), 250));
  } else if (fault !== undefined && 'stallAfter' in fault) response.write(part.subarray(0, fault.stallAfter));
  else if (fault !== undefined && 'pause' in fault) {
    response.write(part.subarray(0, part.length >> 1));
    setTimeout(() => response.end(part.subarray(part.length >> 1)), fault.pause);
  } else response.end(part);
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Begins a test anew: with an empty cache, no faults, and none of the user's own settings of the hub. */
export function startAfresh(hub: HubServer, cache: string): void {
  env.cacheDir = cache;
  hub.reset();
  for (const name of ['HF_TOKEN', 'HF_ACCESS_TOKEN', 'HF_ENDPOINT']) vi.stubEnv(name, undefined);
  for (const name of ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE']) vi.stubEnv(name, undefined);
}
