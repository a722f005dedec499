import { headSpecOf } from '../../src/agent/index.js';
import type { HeadSpec } from '../../src/agent/types.js';
import { runConfig } from '../../src/config/index.js';

/** A tied head with the agent's keys given. */
export function tiedSpec(d: number, hidden: number[], agent: object = {}, rowScale = 1): HeadSpec {
  const config = runConfig.parse({ agent: { ...agent, head: { ...Reflect.get(agent, 'head'), hidden } } });
  return headSpecOf(config.agent, { tokens: true, stateSize: d, actionSize: d, rowScale });
}
