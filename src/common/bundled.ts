import { existsSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This file stands two levels below the package's root, in `src/` and in `dist/` alike. */
const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
const bundledFolders = ['data', 'configs'];

/**
 * Where a path that a user wrote leads: as typed, from the current directory, when something is there; else to
 * the copy of `data/...` or `configs/...` that the tokenq package brings. A path that leads nowhere comes back as
 * typed, so that messages name what the user wrote.
 */
export function resolveBundled(path: string): string {
  if (isAbsolute(path) || existsSync(path)) return path;
  const [folder] = normalize(path).split(sep);
  const bundled = join(packageRoot, path);
  return folder !== undefined && bundledFolders.includes(folder) && existsSync(bundled) ? bundled : path;
}
