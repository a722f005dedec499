import type { LmConfig } from '../../config/index.js';

/** What a user may ask for. */
export type DeviceChoice = LmConfig['device'];
/** Where a language model runs. */
export type LmDevice = Exclude<DeviceChoice, 'auto'>;

/** What became of trying one device. */
export interface DeviceTrial {
  name: LmDevice;
  ok: boolean;
  /** Why it cannot be used, and the command that mends it, in one line; empty when it can. */
  reason: string;
}

/**
 * Tries a device.
 * @param byName Whether the user asked for it; only then is a software adapter taken.
 * @returns Why it cannot be used; undefined when it can.
 */
export type DeviceProbe = (byName: boolean) => Promise<string | undefined>;
