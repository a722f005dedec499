import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lm } from '../../src/lm/index.js';
import { TextStream } from '../../src/sample/index.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

function pieces(text: string, stop: string[] = []): string[] {
  const stream = new TextStream(lm, stop);
  return [...lm.tokenizer.encode(text).map((token) => stream.push(token)), stream.end()];
}

it('gives the whole text, piece by piece', () => {
  const text = 'One day, a small dog went to the park.';
  expect(pieces(text).join('')).toBe(text);
  expect(pieces(text).filter((piece) => piece !== '').length).toBeGreaterThan(3);
});

it('never shows half a character', () => {
  const shown = pieces('a \u{1f600} b');
  expect(shown.join('')).toBe('a \u{1f600} b');
  for (const piece of shown) expect(piece).not.toContain('\ufffd');
});

it('ends before a stop text, and shows nothing of it', () => {
  expect(pieces('He said stop. And then more.', ['stop.']).join('')).toBe('He said ');
});

it('shows what only looked like a stop text', () => {
  expect(pieces('He stopped at last', ['stop!']).join('')).toBe('He stopped at last');
});
