import type { LmConfig } from '../config/index.js';
import { type Lm, type OpenLmOptions, openLm } from '../lm/index.js';

/** How a download on the way is watched and stopped, and on which device, if not the configured one, the model runs. */
export type OpeningOptions = Pick<OpenLmOptions, 'onDownload' | 'signal' | 'device'>;

/** Opens the language model that a configuration names. */
export function openConfiguredLm(
  { id, dtype, revision, languages, threads, layers, device }: LmConfig,
  options: OpeningOptions = {},
): Promise<Lm> {
  return openLm(id, {
    layers,
    revision,
    device,
    ...(dtype === undefined ? {} : { dtype }),
    ...(languages === undefined ? {} : { languages }),
    ...(threads === undefined ? {} : { threads }),
    ...options,
  });
}
