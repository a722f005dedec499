import { describe, expect, it } from 'vitest';
import { divideConversations, divideTexts } from '../../../src/data/preferences/commonBeginning.js';

describe('divideTexts', () => {
  it.each([
    ['The sky is blue.', 'The sky is green.', 'The sky is', ' blue.', ' green.'],
    // Within a word, after "bl".
    ['The sky is blue.', 'The sky is black.', 'The sky is', ' blue.', ' black.'],
    [
      '\n\nHuman: Hi\n\nAssistant: It',
      '\n\nHuman: Hi\n\nAssistant: I',
      '\n\nHuman: Hi\n\nAssistant:',
      ' It',
      ' I',
    ],
    // Other white space stays with the prompt.
    ['Sky?\nBlue', 'Sky?\nGreen', 'Sky?\n', 'Blue', 'Green'],
    ['One is the other', 'One is', 'One', ' is the other', ' is'],
    ['blue', 'black', '', 'blue', 'black'],
    ['', 'a b', '', '', 'a b'],
    ['a  b', 'a  c', 'a', '  b', '  c'],
    ['\u{1f600} a', '\u{1f600} b', '\u{1f600}', ' a', ' b'],
    ['\u{1f600}', '\u{1f601}', '', '\u{1f600}', '\u{1f601}'],
  ])('divides %j and %j', (a, b, prompt, ...rests) => {
    expect(divideTexts(a, b)).toEqual({ prompt, rests });
  });

  it('gives back the texts', () => {
    const { prompt, rests } = divideTexts('One two three', 'One two four');
    expect(rests.map((rest) => prompt + rest)).toEqual(['One two three', 'One two four']);
  });

  it('takes long texts without white space', () => {
    const long = 'x'.repeat(200_000);
    expect(divideTexts(`${long} a`, `${long} b`).rests).toEqual([' a', ' b']);
    expect(divideTexts(`${long}a`, `${long}b`).prompt).toBe('');
  });
});

describe('divideConversations', () => {
  const [u, v] = ['u', 'v'].map((content) => ({ role: 'user', content }));
  const [a, b] = ['a', 'b'].map((content) => ({ role: 'assistant', content }));

  it.each([
    [[u, a], [u, b], [u], [a], [b]],
    [[u, a, v, a], [u, a, v, b], [u, a, v], [a], [b]],
    // An answer that both have is no part of the prompt's end.
    [[u, a, u], [u, a, v], [u], [a, u], [a, v]],
    [[u, a], [u, a], [u], [a], [a]],
    [[u, a], [u], [u], [a], []],
    [[u], [u, a], [u], [], [a]],
    [[a], [b], [], [a], [b]],
    [[{ ...u, role: 'system' }], [u], [], [{ ...u, role: 'system' }], [u]],
  ])('divides %j and %j', (first, second, messages, ...rests) => {
    expect(divideConversations(first, second)).toEqual({ messages, rests });
  });
});
