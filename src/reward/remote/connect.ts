import type { RewardContext } from '../types.js';
import { Answers, openCache } from './answers.js';
import { RemoteClient } from './client.js';
import { Credentials, required } from './credentials.js';

/** How to reach a server: the parameters that all remote rewards share. */
export interface Connection {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** The variable that holds the key. */
  keyEnv: string | undefined;
  /** Whether there is nothing to ask without a key. */
  keyNeeded: boolean;
  timeout: number;
  retries: number;
  backoff: number;
  concurrency: number;
  cache: string | undefined;
  /** The parameters that lead to the address, for messages. */
  addressedBy: string;
}

export interface Connected {
  client: RemoteClient;
  answers: Answers;
  credentials: Credentials;
}

/** What asks a server. @throws InputError when a key is missing or the cache cannot be opened. */
export function connect(connection: Connection, { note, signal }: RewardContext): Connected {
  const { url, headers, keyEnv, keyNeeded, cache } = connection;
  const credentials = new Credentials({ headers, keyEnv });
  if (keyEnv !== undefined && keyNeeded) required(keyEnv);
  // A variable that is not set is told before anything is generated.
  credentials.headers();
  if (url.protocol === 'http:' && credentials.names !== undefined && !isLocal(url.hostname)) {
    note?.(`the key in ${credentials.names} goes to ${url.host} unencrypted: use https`);
  }
  const client = new RemoteClient({ ...connection, credentials, signal, wayOn: wayOn(cache) });
  return { client, credentials, answers: new Answers(client, openCache(cache, note)) };
}

/** What becomes of the answers that were paid for: the end of a message. */
export function wayOn(cache: string | undefined): string {
  return cache === undefined
    ? " (set 'cache' to a file, and a rerun does not ask for the same again)"
    : ` (the answers so far are kept in ${cache})`;
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
