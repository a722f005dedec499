import { basename, dirname, extname } from 'node:path';
import { InputError, resolveBundled } from '../common/index.js';
import { modulePathsFromHere } from './modulePaths.js';
import { applyOverrides, mergeConfig } from './overrides.js';
import { readConfig } from './readConfig.js';
import { type ConfigRecord, isRecord } from './record.js';
import { type RunConfig, runConfig } from './schema.js';
import { validate } from './validate.js';

export interface LoadedConfig {
  /** Complete and valid. Its relative paths lead from the current directory, or else to the bundled files. */
  config: RunConfig;
  /** The file it came from, as the user named it; undefined when all of it is defaults and overrides. */
  path: string | undefined;
  /** The file's name without its extension, or `default`. */
  name: string;
}

/** Defaults that depend on what is configured. */
export type Preset = (given: unknown) => ConfigRecord;

/**
 * A run's configuration: the defaults, under a file, under `--set` overrides, under the command line's own flags.
 *
 * A key without a value (`null`) means its default, except among a reward's parameters.
 *
 * @param path A `.yaml` or `.json` file: from the current directory, else from the bundled files; undefined for none.
 * @param overrides Each `a.b=value`, with the value in YAML.
 * @param flags Overrides that have their types already, laid over the rest; undefined values are left out.
 * @param preset Other defaults, laid under the rest, which is not validated yet.
 * @throws InputError on a missing or broken file, a malformed override, an unknown key or a wrong value.
 */
export function loadConfig(
  path?: string,
  overrides: readonly string[] = [],
  flags: ConfigRecord = {},
  preset: Preset = () => ({}),
): LoadedConfig {
  const own = path === undefined ? {} : fileConfig(path);
  const over = (below: ConfigRecord) => mergeConfig(applyOverrides(below, overrides), flags);
  const file = mergeConfig(preset(over(own)), own);
  if (!isRecord(file)) throw new TypeError('a configuration is a record');
  const merged = over(file);
  const name = path === undefined ? 'default' : basename(path, extname(path));
  return { config: validated(merged, file, path), path, name };
}

function fileConfig(path: string): ConfigRecord {
  return modulePathsFromHere(readConfig(path), dirname(resolveBundled(path)));
}

/** Blames the file for what is wrong in it, and the command line for the rest. */
function validated(merged: unknown, file: ConfigRecord, path: string | undefined): RunConfig {
  try {
    return validate(runConfig, withoutNulls(merged), 'the command line');
  } catch (error) {
    if (path !== undefined && error instanceof InputError) validate(runConfig, withoutNulls(file), path);
    throw error;
  }
}

function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, key === 'reward' ? item : withoutNulls(item)]));
}
