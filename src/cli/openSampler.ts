import { Sampler } from '../sample/index.js';
import { downloadDisplay } from './downloads.js';

/** Opens a run to sample with; a model that must be downloaded first shows how far it is. */
export async function openSampler(run: string, checkpoint: string, signal: AbortSignal): Promise<Sampler> {
  const display = downloadDisplay();
  try {
    return await Sampler.open(run, checkpoint, {
      onDownload: (progress) => display.onDownload(progress),
      signal,
    });
  } finally {
    display.end();
  }
}
