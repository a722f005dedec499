import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { codeOf, InputError, messageOf, resolveBundled } from '../common/index.js';
import { type ConfigRecord, isRecord } from './record.js';
import { suggestion } from './validate.js';

const extensions = ['.yaml', '.yml', '.json'];

/**
 * Reads a configuration file, without checking its keys.
 * @throws InputError when it is missing (naming the nearest of `configs/`), of another kind, or has a syntax error.
 */
export function readConfig(path: string): ConfigRecord {
  const extension = extname(path).toLowerCase();
  const text = readConfigText(path);
  if (!extensions.includes(extension)) {
    throw new InputError(`${path}: a configuration is a .yaml or .json file`);
  }
  const value = extension === '.json' ? parseJson(text, path) : parseYaml(text, path);
  if (value === null) return {};
  if (!isRecord(value))
    throw new InputError(`${path}: a configuration is a mapping of keys, such as 'seed: 1'`);
  return value;
}

function readConfigText(path: string): string {
  try {
    return readFileSync(resolveBundled(path), 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    switch (codeOf(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new InputError(`no such configuration: ${path}${suggestion(path, availableConfigs())}`);
      case 'EISDIR':
        throw new InputError(`${path} is a directory: name a .yaml or .json file`);
      case 'EACCES':
      case 'EPERM':
        throw new InputError(`not allowed to read ${path}`);
      default:
        throw error;
    }
  }
}

function availableConfigs(): string[] {
  const folder = resolveBundled('configs');
  try {
    return readdirSync(folder)
      .filter((name) => extensions.includes(extname(name)))
      .map((name) => join('configs', name));
  } catch {
    return [];
  }
}

function parseYaml(text: string, path: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error)
    throw new InputError(
      `${path}:${lineCounter.linePos(error.pos[0]).line}: not valid YAML: ${error.message}`,
    );
  try {
    return document.toJS();
  } catch (error) {
    throw new InputError(`${path}: not valid YAML: ${messageOf(error)}`);
  }
}

function parseJson(text: string, path: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = messageOf(error).replace(/ \(line \d+ column \d+\)/, '');
    const position = /at position (\d+)/.exec(problem)?.[1];
    const line = text.slice(0, position === undefined ? undefined : Number(position)).split('\n').length;
    throw new InputError(`${path}:${line}: not valid JSON: ${problem}`);
  }
}
