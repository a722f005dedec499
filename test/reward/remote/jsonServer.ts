import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

/** What a server does with a request: an answer, or what goes wrong with one. */
export type Reply =
  | { json: unknown; delay?: number }
  | { status: number; body?: string; headers?: Record<string, string> }
  /** The body as it is, with status 200. */
  | { text: string }
  /** The connection is closed, without an answer. */
  | { hangUp: true }
  /** The connection is closed after half of the answer. */
  | { hangUpInside: unknown }
  /** Half of the answer, as if complete. */
  | { truncated: unknown }
  | { never: true };

export interface SeenRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

/** Answers a request. @param index How many requests came before it. */
export type Handler = (request: SeenRequest, index: number) => Reply | Promise<Reply>;

/** A server on this machine that takes JSON, stopped when the test ends. */
export interface JsonServer {
  /** `http://127.0.0.1:PORT` */
  address: string;
  requests: SeenRequest[];
  /** Most requests that were being answered at a time. */
  mostInFlight: number;
  /** May be replaced at any time. */
  handler: Handler;
  stop(): Promise<void>;
}

export async function startJsonServer(handler: Handler): Promise<JsonServer> {
  let inFlight = 0;
  const server = createServer(async (request, response) => {
    inFlight++;
    started.mostInFlight = Math.max(started.mostInFlight, inFlight);
    response.on('close', () => inFlight--);
    const body: unknown = JSON.parse(await bodyOf(request));
    const seen = { path: request.url ?? '', headers: request.headers, body };
    const index = started.requests.push(seen) - 1;
    await send(response, await started.handler(seen, index));
  });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const started: JsonServer = {
    address: `http://127.0.0.1:${address.port}`,
    requests: [],
    mostInFlight: 0,
    handler,
    stop,
  };
  onTestFinished(stop);
  return started;
}

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function send(response: ServerResponse, reply: Reply): Promise<void> {
  const type = { 'content-type': 'application/json' };
  if ('never' in reply) return;
  if ('hangUp' in reply) {
    response.destroy();
  } else if ('status' in reply) {
    response.writeHead(reply.status, { ...type, ...reply.headers }).end(reply.body ?? '');
  } else if ('text' in reply) {
    response.writeHead(200, type).end(reply.text);
  } else if ('json' in reply) {
    if (reply.delay !== undefined) await pause(reply.delay);
    response.writeHead(200, type).end(JSON.stringify(reply.json));
  } else if ('truncated' in reply) {
    response.writeHead(200, type).end(firstHalf(reply.truncated));
  } else {
    const text = JSON.stringify(reply.hangUpInside);
    response.writeHead(200, { ...type, 'content-length': text.length });
    response.write(firstHalf(reply.hangUpInside), () => setTimeout(() => response.destroy(), 5));
  }
}

function firstHalf(value: unknown): string {
  const text = JSON.stringify(value);
  return text.slice(0, text.length >> 1);
}
