import { describe, expect, it } from 'vitest';
import type { LmInfo, Tokenizer } from '../../../src/lm/index.js';
import { completionSequence } from '../../../src/reward/index.js';
import { openStories } from '../../support/lm.js';

const { info } = await openInfo();

async function openInfo(): Promise<{ info: LmInfo }> {
  const lm = await openStories();
  await lm.close();
  return { info: lm.info };
}

/** A token for every character; a chat begins with 1 and ends with 2. */
const tokenizer: Tokenizer = {
  encode: (text) => Array.from(text, (letter) => letter.charCodeAt(0)),
  decode: (tokens) => String.fromCharCode(...Array.from(tokens)),
  chat: (messages) => [1, ...messages.flatMap(({ content }) => tokenizer.encode(content)), 2],
  hasChatTemplate: true,
};

function sequence(prompt: string, completion: string, more: Partial<LmInfo> = {}, chat = false) {
  const messages = [{ role: 'user', content: prompt }];
  const lm = { tokenizer, info: { ...info, contextLength: 8, ...more } };
  const {
    prompt: before,
    completion: tokens,
    cut,
  } = completionSequence(lm, {
    ...{ prompt, completion },
    ...(chat ? { messages } : {}),
  });
  return [tokenizer.decode(before), tokenizer.decode(tokens), cut];
}

describe('completionSequence', () => {
  it('joins prompt and completion, and puts a chat through its template', () => {
    expect(sequence('abc', 'de')).toEqual(['abc', 'de', false]);
    expect(sequence('abc', '')).toEqual(['abc', '', false]);
    expect(sequence('abc', 'de', {}, true)).toEqual(['\u0001abc\u0002', 'de', false]);
  });

  it('leaves out the beginning of the prompt, then the end of the completion', () => {
    expect(sequence('abcdef', 'ghi')).toEqual(['bcdef', 'ghi', true]);
    expect(sequence('abcdef', 'ghijkl')).toEqual(['cdef', 'ghij', true]);
    expect(sequence('ab', 'cdefghijk')).toEqual(['ab', 'cdefgh', true]);
  });

  it('knows that an encoder-decoder model reads the source apart', () => {
    const model = { kind: 'encoder-decoder', sourceLength: 4 } as const;
    expect(sequence('abcdef', 'ghijklmn', model)).toEqual(['abcd', 'ghijklmn', true]);
    expect(sequence('abcd', 'ghijklmno', model)).toEqual(['abcd', 'ghijklmn', true]);
    expect(sequence('abcd', 'gh', model)).toEqual(['abcd', 'gh', false]);
  });
});
