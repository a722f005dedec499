import { env } from '@huggingface/transformers';
import { InputError } from '../common/index.js';
import { pathOf } from './names.js';
import type { HubFile, HubRepository } from './types.js';

const PUBLIC_HUB = 'https://huggingface.co/';
/** The switches of the Python libraries; transformers.js has `env.allowRemoteModels` alone. */
const OFFLINE_SWITCHES = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'];

/**
 * A file's address: on transformers.js's `env.remoteHost` where that was changed, else on `HF_ENDPOINT`, else on the
 * public hub.
 * @throws InputError when `HF_ENDPOINT` is no web address.
 */
export function fileUrl(file: HubFile): URL {
  const folder = env.remotePathTemplate
    .replaceAll('{model}', pathOf(file))
    .replaceAll('{revision}', encodeURIComponent(file.revision));
  const path = file.name.split('/').map(encodeURIComponent).join('/');
  return new URL(`${folder.replace(/\/$/, '')}/${path}`, endpoint());
}

/** The address of the list of a repository's files. @throws InputError when `HF_ENDPOINT` is no web address. */
export function treeUrl({ kind, id, revision }: HubRepository): URL {
  return new URL(`api/${kind}s/${id}/tree/${encodeURIComponent(revision)}?recursive=true`, endpoint());
}

function endpoint(): string {
  if (env.remoteHost !== PUBLIC_HUB) return withSlash(env.remoteHost);
  const named = process.env['HF_ENDPOINT'];
  if (!named) return PUBLIC_HUB;
  const url = URL.canParse(named) ? new URL(named) : undefined;
  // The value is not shown: people put passwords into addresses.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new InputError(`HF_ENDPOINT must be a web address without a password, such as ${PUBLIC_HUB}`);
  }
  return withSlash(named);
}

function withSlash(host: string): string {
  return host.endsWith('/') ? host : `${host}/`;
}

/** The user's access token. @throws InputError when it holds what no token does. */
export function accessToken(): string | undefined {
  const token = (process.env['HF_TOKEN'] || process.env['HF_ACCESS_TOKEN'] || '').trim();
  // `fetch` would refuse it too, but show it.
  if (/[^\x21-\x7e]/.test(token)) {
    throw new InputError('HF_TOKEN holds a blank or another character that no token has: set it again');
  }
  return token === '' ? undefined : token;
}

/** What forbids downloads, if anything does. */
export function offlineSwitch(): string | undefined {
  if (!env.allowRemoteModels) return "transformers.js's env.allowRemoteModels";
  return OFFLINE_SWITCHES.find((name) => /^(1|on|yes|true)$/i.test(process.env[name] ?? ''));
}
