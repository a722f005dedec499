const NUMBERS = ['reward', 'score', 'rank', 'margin'];
const MESSAGES = ['prompt', 'chosen', 'rejected', 'completion'];

/**
 * A CSV row's columns with the types that they have in JSON: numbers, true and false, and lists of messages written as
 * JSON. What cannot be read so stays a text.
 */
export function typedCells(columns: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(columns).map(([name, cell]) => [name, typed(name, cell)]));
}

function typed(name: string, cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  const text = cell.trim();
  if (NUMBERS.includes(name)) return numberOf(text) ?? (text === '' ? null : cell);
  if (name === 'label') return labels.get(text.toLowerCase()) ?? cell;
  if (MESSAGES.includes(name) && /^\[\s*\{/.test(text)) return listOf(text) ?? cell;
  return cell;
}

const labels: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
