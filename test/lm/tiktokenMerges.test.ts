import { describe, expect, it } from 'vitest';
import { holdsAnyOf } from '../../src/lm/tiktoken/addedTokens.js';
import { byteLevelToken, standsForOtherBytes } from '../../src/lm/tiktoken/byteLevel.js';
import { ENCODINGS, loadRanks, tokensOf } from '../../src/lm/tiktoken/encodings.js';
import { type Merge, mergesAgree, mergesOf } from '../../src/lm/tiktoken/merges.js';

const ranks = (...tokens: string[]) => new Map(tokens.map((token, id) => [token, id]));
const pairs = (...merges: string[]): Merge[] =>
  merges.map((merge) => {
    const [left = '', right = ''] = merge.split(' ');
    return [left, right];
  });

describe('merges from ids', () => {
  it('joins the neighbours of the lowest id, the first of several', () => {
    // abc: ab (3) before bc (4). aaa: the first two of three.
    expect(mergesOf(ranks('a', 'b', 'c', 'ab', 'bc', 'abc', 'aa', 'aaa'))).toEqual(
      pairs('a b', 'b c', 'ab c', 'a a', 'aa a'),
    );
  });

  it('has none for a token that others do not make', () => {
    expect(mergesOf(ranks('a', 'b', 'abb'))).toBeUndefined();
    // Of abcd, ab (4) and cd (5) are made; bc (3) comes first, and leaves a, bc and d.
    expect(mergesOf(ranks('a', 'b', 'c', 'd', 'bc', 'ab', 'cd', 'abcd'))).toBeUndefined();
  });
});

describe('a list of merges', () => {
  const tokens = ranks('a', 'b', 'c', 'ab', 'bc', 'abc');

  it('agrees when each is there, in the order of ids', () => {
    expect(mergesAgree(pairs('a b', 'b c', 'ab c'), tokens)).toBe(true);
  });

  it('may hold other ways to the same tokens, which are never gone', () => {
    expect(mergesAgree(pairs('a b', 'b c', 'a bc', 'ab c'), tokens)).toBe(true);
  });

  it.each([
    ['one is missing', ['a b', 'b c']],
    ['only another way is there', ['a b', 'b c', 'a bc']],
    ['the order differs', ['b c', 'a b', 'ab c']],
    ['one makes no token', ['a b', 'b c', 'ab c', 'c c']],
  ])('differs when %s', (_, merges) => {
    expect(mergesAgree(pairs(...merges), tokens)).toBe(false);
  });
});

describe('tokens', () => {
  it('are written as GPT-2 writes bytes', () => {
    expect(byteLevelToken(Buffer.from(' the'))).toBe('Ġthe');
    expect(byteLevelToken(Buffer.from('\n\t é~'))).toBe('ĊĉĠÃ©~');
    expect(byteLevelToken(Uint8Array.of(0, 0x7f, 0xad, 0xff))).toBe('ĀġŃÿ');
  });

  it('stand for other bytes unless they are ASCII, or hold what no token does', () => {
    expect(['Ġthe', 'é'].map(standsForOtherBytes)).toEqual([true, true]);
    expect(['the', '<|endoftext|>', 'Ġ the', '<｜end｜>', ''].map(standsForOtherBytes)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('are found in a text', () => {
    const holds = holdsAnyOf(['<|a|>', '<|b|>', '  ']);
    expect(['x<|b|>', 'a  b', '<|c|> <|a', ''].map(holds)).toEqual([true, true, false, false]);
  });

  it.each([...ENCODINGS])('of %s number %i, every id once', (encoding, size) => {
    const ids = new Set(Array.from(tokensOf(loadRanks(encoding)), ([, id]) => id));
    expect(ids.size).toBe(size);
  });
});
