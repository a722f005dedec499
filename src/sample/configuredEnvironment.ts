import type { WorldConfig } from '../config/index.js';
import { createEnvironment, type EnvironmentMaker } from '../env/index.js';

/** The environment that a configuration names. @throws InputError when there is none such. */
export function configuredEnvironment({ copies: _, ...spec }: WorldConfig): Promise<EnvironmentMaker> {
  return createEnvironment(spec, { baseDirectory: process.cwd() });
}
