import type { LmConfig } from '../config/index.js';
import { type Lm, openLm } from '../lm/index.js';

/** Opens the language model that a configuration names. */
export function openConfiguredLm({ id, dtype, threads, layers }: LmConfig): Promise<Lm> {
  return openLm(id, {
    layers,
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads }),
  });
}
