import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const SUFFIX = '.incomplete';

/** What there is of a file. */
export interface Partial {
  path: string;
  /** Bytes; at least 1. */
  size: number;
}

/**
 * Where a file is kept while it arrives: beside its place, under a name that tells the version, so that two versions
 * are never mixed. One without a version cannot be gone on with, and starts anew.
 */
export function partialPath(path: string, version: string | undefined): string {
  if (version === undefined) return `${path}${SUFFIX}`;
  return `${path}.${createHash('sha256').update(version).digest('hex').slice(0, 16)}${SUFFIX}`;
}

/** What an earlier download left of a file. */
export function findPartial(path: string): Partial | undefined {
  const versioned = partialsOf(path).filter((partial) => partial !== partialPath(path, undefined));
  return versioned
    .map((partial) => ({ path: partial, size: statSync(partial).size }))
    .find(({ size }) => size > 0);
}

/** Removes what is left of every version of a file. */
export function removePartials(path: string): void {
  for (const partial of partialsOf(path)) rmSync(partial, { force: true });
}

function partialsOf(path: string): string[] {
  const name = basename(path);
  return readdirSync(dirname(path))
    .filter(
      (entry) =>
        entry.startsWith(`${name}.`) && /^(\.[0-9a-f]{16})?\.incomplete$/.test(entry.slice(name.length)),
    )
    .map((entry) => join(dirname(path), entry));
}
