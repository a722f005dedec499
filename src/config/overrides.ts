import { parseDocument } from 'yaml';
import { InputError } from '../common/index.js';
import { type ConfigRecord, isRecord } from './record.js';

/**
 * Applies `a.b=value` overrides. Values are read as YAML: numbers, booleans, `[2,4]`, `{type: dqn}`, text. A number
 * in the key is a place in a list: `reward.rewards.0.weight=2`. When an override changes a `type`, the parameters
 * of the old type go; the order of the overrides makes no difference to that.
 * @throws InputError when an override is malformed or leads into something that has no keys.
 */
export function applyOverrides(config: ConfigRecord, overrides: readonly string[]): ConfigRecord {
  const parsed = overrides.map(parseOverride);
  const isType = ({ keys }: Override) => keys.at(-1) === 'type';
  const ordered = [...parsed.filter(isType), ...parsed.filter((override) => !isType(override))];
  return ordered.reduce<ConfigRecord>((result, override) => {
    const changed = setAt(result, override.keys, override);
    return isRecord(changed) ? changed : result;
  }, config);
}

/**
 * Lays `top` over `base`: mappings key by key, anything else as a whole. Undefined values are left out. When `type`
 * changes, the parameters of the old type go; a name alone keeps the parameters of that type.
 */
export function mergeConfig(base: unknown, top: unknown): unknown {
  if (top === undefined || (isRecord(base) && base['type'] === top)) return base;
  if (!isRecord(base) || !isRecord(top)) return top;
  const changed = top['type'] !== undefined && base['type'] !== undefined && top['type'] !== base['type'];
  const kept = changed ? {} : base;
  const merged = Object.entries(top).map(([key, value]) => [key, mergeConfig(kept[key], value)]);
  return { ...kept, ...Object.fromEntries(merged.filter(([, value]) => value !== undefined)) };
}

interface Override {
  keys: readonly string[];
  value: unknown;
  /** As it was typed. */
  source: string;
}

function parseOverride(source: string): Override {
  const [, path, text] = /^([^=]*)=(.*)$/s.exec(source) ?? [];
  if (path === undefined || text === undefined) {
    throw new InputError(`--set ${source}: write a key and a value, such as --set agent.lr=1e-3`);
  }
  const keys = path.trim().split('.');
  if (keys.some((key) => !/^[A-Za-z0-9][\w-]*$/.test(key))) {
    throw new InputError(`--set ${source}: '${path}' is not a key such as agent.lr`);
  }
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new InputError(`--set ${source}: the value is not valid YAML: ${error.message}`);
  return { keys, value: document.toJS(), source };
}

function setAt(node: unknown, keys: readonly string[], override: Override): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return override.value;
  if (Array.isArray(node)) return setItem(node, key, rest, override);
  // A name stands for {type: name}, so that parameters can be set beside it.
  const record = typeof node === 'string' ? { type: node } : (node ?? {});
  if (!isRecord(record)) {
    throw new InputError(`--set ${override.source}: ${JSON.stringify(node)} has no key '${key}'`);
  }
  const before = Object.hasOwn(record, key) ? record[key] : undefined;
  const after = setAt(before, rest, override);
  const typeChanged = key === 'type' && before !== undefined && before !== after;
  return typeChanged ? { type: after } : { ...record, [key]: after };
}

function setItem(
  list: readonly unknown[],
  key: string,
  rest: readonly string[],
  override: Override,
): unknown {
  const index = Number(key);
  if (!Number.isInteger(index) || index >= list.length) {
    throw new InputError(
      `--set ${override.source}: '${key}' is no place in a list of ${list.length}; they count from 0`,
    );
  }
  return list.with(index, setAt(list[index], rest, override));
}
