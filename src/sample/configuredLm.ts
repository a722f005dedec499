import type { LmConfig } from '../config/index.js';
import { type Lm, type OpenLmOptions, openLm } from '../lm/index.js';

/** How a download on the way is watched and stopped. */
export type DownloadOptions = Pick<OpenLmOptions, 'onDownload' | 'signal'>;

/** Opens the language model that a configuration names. */
export function openConfiguredLm(
  { id, dtype, revision, threads, layers }: LmConfig,
  options: DownloadOptions = {},
): Promise<Lm> {
  return openLm(id, {
    layers,
    revision,
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads }),
    ...options,
  });
}
