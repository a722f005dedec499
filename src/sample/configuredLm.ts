import type { RunConfig } from '../config/index.js';
import { type Lm, openLm } from '../lm/index.js';

/** Opens the language model that a configuration names. */
export function openConfiguredLm({ id, dtype, threads }: RunConfig['lm']): Promise<Lm> {
  return openLm(id, {
    ...(dtype === undefined ? {} : { dtype }),
    ...(threads === undefined ? {} : { threads }),
  });
}
