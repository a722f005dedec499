import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lm } from '../../src/lm/index.js';
import { badWordsIds } from '../../src/sample/badWords.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

it('takes a text with and without a space before it', () => {
  const { tokenizer } = lm;
  expect(badWordsIds(lm, ['happy', 'dog.'])).toEqual(
    ['happy', ' happy', 'dog.', ' dog.'].map((text) => tokenizer.encode(text)),
  );
});

/** Puts special tokens around every text, and a space before its first word, as T5's tokenizer does. */
const spacing: Pick<Lm, 'tokenizer'>['tokenizer'] = {
  encode: (text) => {
    const words = ` ${text}`.replaceAll(/ +/g, ' ').match(/ ?[^ \n]+|[ \n]/g) ?? [];
    return [1, ...words.filter((word) => word !== ' ').map(idOf), 2];
  },
  decode: () => '',
  chat: () => [],
  hasChatTemplate: false,
};
function idOf(word: string): number {
  return [...word].reduce((sum, letter) => sum * 31 + (letter.codePointAt(0) ?? 0), 7) % 100_000;
}

it('finds the spelling without a space where the tokenizer puts one before every text', () => {
  const ids = badWordsIds({ ...lm, tokenizer: spacing }, ['happy']);
  expect(ids).toEqual([[idOf(' happy')], [idOf('happy')]]);
});

it('refuses a blank text', () => {
  expect(() => badWordsIds(lm, ['a', ''])).toThrow(/the bad word '' is blank/);
});
