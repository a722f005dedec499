import { InputError } from '../../common/index.js';
import { deviceProbes } from './probes.js';
import type { DeviceChoice, DeviceProbe, DeviceTrial, LmDevice } from './types.js';

/** `auto` takes the first of these that works. */
export const deviceOrder: readonly LmDevice[] = ['cuda', 'webgpu', 'cpu'];

/**
 * The device to use for a choice.
 * @param probes for tests
 * @throws InputError when a device asked for by name cannot be used: what is missing, and the command that installs it.
 */
export async function chooseDevice(choice: DeviceChoice, probes = deviceProbes()): Promise<LmDevice> {
  if (choice === 'auto') return firstThatWorks(probes);
  const reason = await probes[choice](true);
  if (reason !== undefined) throw new InputError(`the device ${choice} cannot be used: ${reason}`);
  return choice;
}

async function firstThatWorks(probes: Record<LmDevice, DeviceProbe>): Promise<LmDevice> {
  for (const name of deviceOrder) {
    if ((await probes[name](false)) === undefined) return name;
  }
  throw new TypeError('the CPU cannot be used');
}

/** What would become of asking for each device by name, in the order of `auto`. */
export function tryDevices(probes = deviceProbes()): Promise<DeviceTrial[]> {
  const trials = deviceOrder.map(async (name) => {
    const reason = await probes[name](true);
    return { name, ok: reason === undefined, reason: reason ?? '' };
  });
  return Promise.all(trials);
}
