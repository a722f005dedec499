import type { HubRepository } from './types.js';

const ID = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]{0,95}$/;
const REVISION = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.+@=-]+(?:\/[\w.+@=-]+)*$/;

/** Whether a text can be the id of a repository, such as `owner/name`. */
export function isHubId(text: string): boolean {
  return ID.test(text);
}

/** Whether a text can name a branch, a tag or a commit. */
export function isRevision(text: string): boolean {
  return REVISION.test(text);
}

/** Whether a file's path stays within its folder, whatever system reads it. */
export function staysInside(path: string): boolean {
  return !/(^|[\\/])\.\.([\\/]|$)|^[\\/]|:/.test(path);
}

/** Where a repository is on the hub, and in the cache. */
export function pathOf({ kind, id }: HubRepository): string {
  return kind === 'dataset' ? `datasets/${id}` : id;
}
