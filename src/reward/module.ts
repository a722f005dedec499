import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { InputError, messageOf } from '../common/index.js';
import { suggestion } from '../config/index.js';
import type { RewardModel } from './types.js';

const moduleExtension = /\.[cm]?[jt]s$/;

/** Whether a reward's type means a file, and no built-in name. */
export function isModulePath(type: string): boolean {
  return moduleExtension.test(type) || /[\\/]/.test(type) || isAbsolute(type);
}

/**
 * Loads a user's reward. TypeScript and JavaScript run as they are; the default export is
 * `{ name?, score(batch) }`, or a function (async, if it likes) from the configuration's parameters to that.
 * @param path Absolute, or relative to `baseDirectory` or else to the current directory.
 * @throws InputError when the file is missing, does not load or has no such export.
 */
export async function loadRewardModule(
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  baseDirectory: string,
): Promise<RewardModel> {
  const file = findModule(path, baseDirectory);
  const loaded = await defaultExport(file);
  const made = typeof loaded === 'function' ? await callFactory(file, loaded, parameters) : loaded;
  if (!isRewardLike(made)) {
    const what = typeof loaded === 'function' ? 'what its default export returns' : 'its default export';
    throw new InputError(`${file}: ${what} has no score function: ${shape}`);
  }
  const [unused] = typeof loaded === 'function' ? [] : Object.keys(parameters);
  if (unused !== undefined) {
    throw new InputError(
      `${file} takes no parameters, but '${unused}' is given: export a function (parameters) => ({ score(batch) })`,
    );
  }
  return {
    name: typeof made.name === 'string' && made.name !== '' ? made.name : basename(file, extname(file)),
    score: (batch) => made.score(batch),
  };
}

const shape = 'write export default { score(batch) { return batch.map((item) => 0) } }';

function findModule(path: string, baseDirectory: string): string {
  const places = [...new Set([resolve(baseDirectory, path), resolve(path)])];
  const file = places.find((place) => existsSync(place));
  if (file === undefined) {
    throw new InputError(`no reward module at ${places.join(' or ')}${nearby(places)}`);
  }
  if (statSync(file).isDirectory()) {
    throw new InputError(`${file} is a directory: name the reward's .ts, .js or .mjs file in it`);
  }
  if (!moduleExtension.test(file)) {
    throw new InputError(`${file}: a reward module is a .ts, .js or .mjs file`);
  }
  return file;
}

/** The nearest module beside the place where one was looked for. */
function nearby(places: readonly string[]): string {
  const modules = places.flatMap((place) => {
    const folder = dirname(place);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => moduleExtension.test(name) && !name.endsWith('.d.ts'));
  });
  return suggestion(basename(places[0]), [...new Set(modules)]);
}

async function defaultExport(file: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false });
  let loaded: object;
  try {
    loaded = await jiti.import<object>(file);
  } catch (error) {
    throw new InputError(`${file} does not load: ${oneLine(messageOf(error))}`, { cause: error });
  }
  if (!('default' in loaded)) throw new InputError(`${file} has no default export: ${shape}`);
  return loaded.default;
}

async function callFactory(file: string, factory: unknown, parameters: unknown): Promise<unknown> {
  try {
    return typeof factory === 'function' ? await factory(parameters) : undefined;
  } catch (error) {
    throw new InputError(`${file}: its default export threw: ${oneLine(messageOf(error))}`, { cause: error });
  }
}

function isRewardLike(value: unknown): value is { name?: unknown; score: RewardModel['score'] } {
  return typeof value === 'object' && value !== null && 'score' in value && typeof value.score === 'function';
}

/** Node appends the chain of requiring files after this line: of no use here. */
function oneLine(message: string): string {
  return message
    .replace(/\nRequire stack:[\s\S]*/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
