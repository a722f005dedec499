import { InputError, messageOf } from '../../common/index.js';
import { isRecord } from '../../config/index.js';
import { type OnBadRow, type Row, type RowFile, readEach } from './types.js';

/** The rows of a JSON-lines text: an object a line. */
export function rowsOfJsonl(text: string, name: string, onBad: OnBadRow): Row[] {
  const file: RowFile = { name, numbered: 'line' };
  const lines = text.split(/\r?\n/).map((source, i) => ({ source, file, line: i + 1 }));
  return readEach(
    lines.filter(({ source }) => source.trim() !== ''),
    ({ source, line }) => ({ columns: objectOf(source), file, line }),
    onBad,
  );
}

/**
 * The rows of a `.json` text: a list of objects, or an object a line.
 * @throws InputError when the list is broken.
 */
export function rowsOfJson(text: string, name: string, onBad: OnBadRow): Row[] {
  if (!text.trimStart().startsWith('[')) return rowsOfJsonl(text, name, onBad);
  const file: RowFile = { name, numbered: 'row' };
  const items = listOf(text, name).map((item, i) => ({ item, file, line: i + 1 }));
  return readEach(
    items,
    ({ item, line }) => {
      if (!isRecord(item)) throw new InputError('a list of rows holds objects alone');
      return { columns: item, file, line };
    },
    onBad,
  );
}

function objectOf(source: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new InputError(`not valid JSON: ${messageOf(error)}; each line holds one object`);
  }
  if (isRecord(value)) return value;
  throw new InputError('each line holds a JSON object, such as {"prompt": "Once upon a time"}');
}

function listOf(text: string, name: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (error) {
    throw new InputError(`${name}: not valid JSON: ${messageOf(error)}`);
  }
  throw new InputError(`${name} holds no list of rows`);
}
