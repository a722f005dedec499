import type { DeviceChoice } from '../lm/index.js';
import { Sampler } from '../sample/index.js';
import { downloadDisplay } from './downloads.js';
import { given } from './options.js';

/**
 * Opens a run to sample with; a model that must be downloaded first shows how far it is.
 * @param device default: the run's
 */
export async function openSampler(
  run: string,
  { checkpoint, device }: { checkpoint: string; device?: DeviceChoice },
  signal: AbortSignal,
): Promise<Sampler> {
  const display = downloadDisplay();
  try {
    return await Sampler.open(run, checkpoint, {
      onDownload: (progress) => display.onDownload(progress),
      signal,
      ...given({ device }),
    });
  } finally {
    display.end();
  }
}
