import { isTextRun, runConfig, type TextRunConfig } from '../../src/config/index.js';

/** A run's configuration on text, with the keys given. */
export function textConfig(keys: object = {}): TextRunConfig {
  const config = runConfig.parse(keys);
  if (!isTextRun(config)) throw new Error('not a run on text');
  return config;
}
