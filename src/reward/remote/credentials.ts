import { InputError } from '../../common/index.js';
import { PLACEHOLDER } from './secrets.js';

/** Shorter values are no secrets, and would be found in any text. */
const SHORTEST_SECRET = 4;
/** What services make of a key when they show it: `sk-ab*****wxyz`. */
const MASKED = /[\w-]{2,}\*{3,}[\w*-]*/g;
const HIDDEN = '***';

export interface CredentialOptions {
  /** Values may hold `${NAME}`, which the environment fills. */
  headers: Readonly<Record<string, string>>;
  /** The variable whose value is sent as `Authorization: Bearer`, when it is set. */
  keyEnv: string | undefined;
}

/** The keys of a remote reward: they are read from the environment for every request, and kept out of every text. */
export class Credentials {
  constructor(private readonly options: CredentialOptions) {}

  /** The variables that are set, for messages: `$OPENAI_API_KEY`. Undefined when there is none. */
  get names(): string | undefined {
    const names = this.variables().filter((name) => process.env[name]);
    return names.length === 0 ? undefined : names.map((name) => `$${name}`).join(', ');
  }

  /** @throws InputError when a variable in `headers` is not set, or holds what no header can. */
  headers(): Record<string, string> {
    const { headers, keyEnv } = this.options;
    const key = keyEnv === undefined ? undefined : readVariable(keyEnv);
    const filled = Object.entries(headers).map(([name, value]) => [
      name,
      value.replaceAll(PLACEHOLDER, (_, variable: string) => required(variable)),
    ]);
    return { ...(key ? { authorization: `Bearer ${key}` } : {}), ...Object.fromEntries(filled) };
  }

  /** A text without the keys that it may hold: servers repeat what they refuse. */
  redact(text: string): string {
    const secrets = this.variables().flatMap((name) => forms(process.env[name]?.trim() ?? ''));
    const longestFirst = secrets.sort((a, b) => b.length - a.length);
    const clean = longestFirst.reduce((left, secret) => left.replaceAll(secret, HIDDEN), text);
    return clean.replaceAll(MASKED, HIDDEN);
  }

  private variables(): string[] {
    const { headers, keyEnv } = this.options;
    const inHeaders = Object.values(headers).flatMap((value) =>
      [...value.matchAll(PLACEHOLDER)].map(([, name]) => name),
    );
    return [...new Set([...(keyEnv === undefined ? [] : [keyEnv]), ...inHeaders])];
  }
}

/** A key as it is, in a JSON text, in an address, and in base64. */
function forms(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}

/** @throws InputError that names a variable that is not set. */
export function required(name: string): string {
  const value = readVariable(name);
  if (value) return value;
  throw new InputError(`the environment variable ${name} is not set: set it to the key`);
}

function readVariable(name: string): string | undefined {
  const value = process.env[name]?.trim();
  // `fetch` would refuse it too, but show it.
  if (value !== undefined && /[^\x21-\x7e]/.test(value)) {
    throw new InputError(
      `the environment variable ${name} holds a blank or another character that no key has: set it again`,
    );
  }
  return value;
}
