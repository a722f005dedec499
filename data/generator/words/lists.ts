import type { Tone, Toned } from '../tone.js';

/** Splits a comma-separated text into its items. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim().replace(/\s+/g, ' '))
    .filter((item) => item !== '');
}

/** Splits a text into its non-empty lines: one sentence template a line. */
export function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A word list sorted by tone, from three comma-separated texts. */
export function toned(good: string, plain: string, bad: string): Toned<string[]> {
  return { '+': list(good), '=': list(plain), '-': list(bad) };
}

/** Sentence templates sorted by tone, one a line; each line starts with its tone mark (`+`, `=` or `-`). */
export function tonedLines(text: string): Toned<string[]> {
  const sorted: Toned<string[]> = { '+': [], '=': [], '-': [] };
  for (const line of lines(text)) {
    const mark = line.charAt(0);
    if (mark !== '+' && mark !== '=' && mark !== '-') throw new Error(`no tone mark: ${line}`);
    sorted[mark satisfies Tone].push(line.slice(1).trim());
  }
  return sorted;
}
