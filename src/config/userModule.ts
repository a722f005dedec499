import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { InputError, messageOf } from '../common/index.js';
import { suggestion } from './validate.js';

/** A kind of thing that users bring in modules of their own, and how messages speak of it. */
export interface UserModuleKind<T> {
  /** In a word: `reward`. */
  what: string;
  /** The shortest right module: `export default { ... }`. */
  example: string;
  /** The same as a function of the configuration's parameters: `(parameters) => ({ ... })`. */
  factoryExample: string;
  accepts(value: unknown): value is T;
  /** What is missing where `accepts` says no: `has no score function`. */
  lacks: string;
}

export interface UserModule<T> {
  /** Absolute. */
  file: string;
  /** The file's name without its extension. */
  name: string;
  /** The default export is a function, which each `make` calls; otherwise every `make` gives the same object. */
  isFactory: boolean;
  /** @throws InputError when the function throws or returns something else. */
  make(): Promise<T>;
}

const moduleExtension = /\.[cm]?[jt]s$/;

/** Whether a `type` in a configuration means a file, and no built-in name. */
export function isModulePath(type: string): boolean {
  return moduleExtension.test(type) || /[\\/]/.test(type) || isAbsolute(type);
}

/**
 * Loads a user's module. TypeScript and JavaScript run as they are; the default export is what `kind` accepts, or a
 * function (async, if it likes) from the configuration's parameters to that.
 * @param path Absolute, or relative to `baseDirectory` or else to the current directory.
 * @throws InputError when the file is missing, does not load or has no such export, and on parameters for a default
 * export that is no function.
 */
export async function loadUserModule<T>(
  kind: UserModuleKind<T>,
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  baseDirectory: string,
): Promise<UserModule<T>> {
  const file = findModule(kind.what, path, baseDirectory);
  const loaded = await defaultExport(file, kind.example);
  const isFactory = typeof loaded === 'function';
  const accepted = (value: unknown): T => {
    if (kind.accepts(value)) return value;
    const what = isFactory ? 'what its default export returns' : 'its default export';
    throw new InputError(`${file}: ${what} ${kind.lacks}: write ${kind.example}`);
  };
  const name = basename(file, extname(file));
  if (isFactory) {
    return { file, name, isFactory, make: async () => accepted(await callFactory(file, loaded, parameters)) };
  }
  const value = accepted(loaded);
  const [unused] = Object.keys(parameters);
  if (unused !== undefined) {
    throw new InputError(
      `${file} takes no parameters, but '${unused}' is given: export a function ${kind.factoryExample}`,
    );
  }
  return { file, name, isFactory, make: async () => value };
}

function findModule(what: string, path: string, baseDirectory: string): string {
  const places = [...new Set([resolve(baseDirectory, path), resolve(path)])];
  const file = places.find((place) => existsSync(place));
  if (file === undefined) {
    throw new InputError(`no ${what} module at ${places.join(' or ')}${nearby(places)}`);
  }
  if (statSync(file).isDirectory()) {
    throw new InputError(`${file} is a directory: name the ${what}'s .ts, .js or .mjs file in it`);
  }
  if (!moduleExtension.test(file)) {
    const article = /^[aeiou]/.test(what) ? 'an' : 'a';
    throw new InputError(`${file}: ${article} ${what} module is a .ts, .js or .mjs file`);
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

async function defaultExport(file: string, example: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false });
  let loaded: object;
  try {
    loaded = await jiti.import<object>(file);
  } catch (error) {
    throw new InputError(`${file} does not load: ${oneLine(messageOf(error))}`, { cause: error });
  }
  if (!('default' in loaded)) throw new InputError(`${file} has no default export: write ${example}`);
  return loaded.default;
}

async function callFactory(file: string, factory: unknown, parameters: unknown): Promise<unknown> {
  try {
    return typeof factory === 'function' ? await factory(parameters) : undefined;
  } catch (error) {
    throw new InputError(`${file}: its default export threw: ${oneLine(messageOf(error))}`, { cause: error });
  }
}

/** A message on one line, without the chain of requiring files that Node appends to some. */
export function oneLine(message: string): string {
  return message
    .replace(/\nRequire stack:[\s\S]*/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
}
