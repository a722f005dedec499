import { usableCores } from '../threads.js';
import type { OpenLmOptions } from '../types.js';
import { chooseDevice } from './choose.js';
import { DeviceProfile } from './profile.js';
import type { LmDevice } from './types.js';

/** Where a model's graphs are to run. */
export interface Place {
  device: LmDevice;
  /** Threads of the CPU; undefined for the fastest of a short timing. */
  threads: number | undefined;
  /** Watches what a device gives to the CPU. */
  profile?: DeviceProfile | undefined;
}

/**
 * Where a model is to run. On a device other than the CPU, every core stands by for what that has no kernel for.
 * @throws InputError when the device asked for by name cannot be used.
 */
export async function placeOf({ device = 'cpu', threads }: OpenLmOptions): Promise<Place> {
  const chosen = await chooseDevice(device);
  if (chosen === 'cpu') return { device: chosen, threads };
  return { device: chosen, threads: threads ?? usableCores(), profile: new DeviceProfile(chosen) };
}
