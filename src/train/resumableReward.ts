import { isRecord, type RewardSpec } from '../config/index.js';

/** How a reward elsewhere is asked, which does not change what it answers: a resumed run may set these anew. */
const ASKING: readonly string[] = [
  ...['budget', 'price', 'cache', 'keyEnv', 'timeout', 'retries', 'backoff', 'concurrency', 'maxSkipped'],
];

/** What of a reward, or a teacher, a resumed run keeps. */
export function keptOfReward(spec: RewardSpec): unknown {
  return kept(spec);
}

/** At any depth of a composite reward. */
function kept(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kept);
  if (!isRecord(value)) return value;
  const isRemote = value['type'] === 'judge' || value['type'] === 'http';
  const entries = Object.entries(value).filter(([key]) => !(isRemote && ASKING.includes(key)));
  return Object.fromEntries(entries.map(([key, item]) => [key, kept(item)]));
}
