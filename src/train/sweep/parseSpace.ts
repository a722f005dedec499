import { parseDocument } from 'yaml';
import { InputError } from '../../common/index.js';
import type { RandomRange, SweepOptions } from './types.js';

/**
 * Reads what `--grid` takes: `agent.lr=1e-3,1e-4`. Values are YAML, split at the commas outside of brackets and quotes.
 * @throws InputError when one is malformed or a key comes twice.
 */
export function parseGrid(sources: readonly string[]): NonNullable<SweepOptions['grid']> {
  return byKey('--grid', 'agent.lr=1e-3,1e-4', sources, (text, source) => {
    const pieces = splitValues(text);
    if (pieces.some((piece) => piece.trim() === '')) {
      throw new InputError(`--grid ${source}: a value is missing; write --grid agent.lr=1e-3,1e-4`);
    }
    return pieces.map((piece) => parseValue(piece, source));
  });
}

/**
 * Reads what `--random` takes: `agent.lr=1e-4..1e-2:log`. Between two whole numbers the draws are whole, so `0.0..1.0` is
 * the way to write the fractions.
 * @throws InputError when one is malformed or a key comes twice.
 */
export function parseRandom(sources: readonly string[]): NonNullable<SweepOptions['random']> {
  return byKey('--random', 'agent.lr=1e-4..1e-2:log', sources, (text, source): RandomRange => {
    const [, low, high, log] = /^\s*([^.:]*(?:\.[^.:]+)?)\.\.([^:]*)(:log)?\s*$/.exec(text) ?? [];
    if (!isNumber(low) || !isNumber(high)) {
      throw new InputError(`--random ${source}: write two numbers, such as agent.lr=1e-4..1e-2:log`);
    }
    const integer = [low, high].every((end) => /^\s*-?\d+\s*$/.test(end));
    return { low: Number(low), high: Number(high), log: log !== undefined, integer };
  });
}

function byKey<T>(
  option: string,
  example: string,
  sources: readonly string[],
  parse: (text: string, source: string) => T,
): Record<string, T> {
  const found = new Map<string, T>();
  for (const source of sources) {
    const [, key, text] = /^([^=]*)=(.*)$/s.exec(source) ?? [];
    if (key === undefined || text === undefined) {
      throw new InputError(`${option} ${source}: write a key and its values, such as ${option} ${example}`);
    }
    if (found.has(key.trim())) throw new InputError(`${option} ${source}: '${key.trim()}' comes twice`);
    found.set(key.trim(), parse(text, source));
  }
  return Object.fromEntries(found);
}

/** Splits at the commas that stand outside of brackets, braces and quotes. */
export function splitValues(text: string): string[] {
  const pieces = [''];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ('[{'.includes(character)) depth++;
    else if (']}'.includes(character)) depth--;
    if (character === ',' && depth === 0 && !quote) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces;
}

function parseValue(text: string, source: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new InputError(`--grid ${source}: '${text}' is not valid YAML: ${error.message}`);
  return document.toJS();
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '' && Number.isFinite(Number(text));
}
