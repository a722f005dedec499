import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { type ConfigRecord, isRecord } from './record.js';

/**
 * Makes the paths of reward and environment modules in a configuration file lead from the current directory, as all
 * other paths do: one that leads somewhere from the file's own directory is rewritten.
 */
export function modulePathsFromHere(config: ConfigRecord, directory: string): ConfigRecord {
  const { reward, env } = config;
  return {
    ...config,
    ...(reward === undefined ? {} : { reward: rewardPathsFromHere(reward, directory) }),
    ...(isRecord(env) && typeof env['type'] === 'string'
      ? { env: { ...env, type: fromHere(env['type'], directory) } }
      : {}),
  };
}

/** At any depth of a composite reward. */
function rewardPathsFromHere(reward: unknown, directory: string): unknown {
  if (typeof reward === 'string') return fromHere(reward, directory);
  if (Array.isArray(reward)) return reward.map((part) => rewardPathsFromHere(part, directory));
  if (!isRecord(reward)) return reward;
  const nested = ['type', 'rewards', 'reward'].filter((key) => Object.hasOwn(reward, key));
  const rewritten = nested.map((key) => [key, rewardPathsFromHere(reward[key], directory)]);
  return { ...reward, ...Object.fromEntries(rewritten) };
}

function fromHere(type: string, directory: string): string {
  const file = resolve(directory, type);
  const isPath = /[\\/]|\.[cm]?[jt]s$/.test(type);
  if (!isPath || isAbsolute(type) || !existsSync(file)) return type;
  const path = relative('.', file);
  return isAbsolute(path) || path.startsWith('..') ? path : `./${path}`;
}
