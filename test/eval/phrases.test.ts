import { describe, expect, it } from 'vitest';
import { commonPhrases, repeatedCompletions } from '../../src/eval/phrases.js';

describe('commonPhrases', () => {
  it('matches shares worked by hand', () => {
    // "a big red dog" is in 3 of 4, "dog sat down there" in 2 and "saw an old cat" in 1; the rest overlaps these.
    const completions = [
      'A big, red dog sat down there.',
      'a big red dog sat down there',
      'I saw a big red dog',
      'she saw an old cat',
    ];
    expect(commonPhrases(completions, 4)).toEqual([
      { text: 'a big red dog', share: 3 / 4 },
      { text: 'dog sat down there', share: 2 / 4 },
      { text: 'she saw an old', share: 1 / 4 },
    ]);
    expect(commonPhrases(completions, 1)).toHaveLength(1);
  });

  it('counts a completion once, however often it repeats a phrase', () => {
    const completions = ['play to play to play to play to play', 'one two three four'];
    // "to play to play" is the same loop.
    expect(commonPhrases(completions, 9)).toEqual([
      { text: 'play to play to', share: 1 / 2 },
      { text: 'one two three four', share: 1 / 2 },
    ]);
  });

  it('takes a completion of fewer words as one phrase', () => {
    expect(commonPhrases(['Yes.', 'yes', 'not at all', ''], 2)).toEqual([
      { text: 'yes', share: 2 / 4 },
      { text: 'not at all', share: 1 / 4 },
    ]);
  });

  it('has none without words', () => {
    expect(commonPhrases(['', '...'], 3)).toEqual([]);
    expect(commonPhrases([], 3)).toEqual([]);
  });

  it('cuts what is long', () => {
    const [{ text }] = commonPhrases(['a'.repeat(500)], 1);
    expect(text).toBe(`${'a'.repeat(79)}\u2026`);
  });
});

describe('repeatedCompletions', () => {
  it('counts whole completions, those that occur twice or more', () => {
    const completions = [' yes.', 'yes. ', 'no', 'Yes.', 'no', 'no', '', '', 'maybe', 'so'];
    expect(repeatedCompletions(completions, 5)).toEqual([
      { text: 'no', share: 3 / 10 },
      { text: 'yes.', share: 2 / 10 },
      { text: '', share: 2 / 10 },
    ]);
    expect(repeatedCompletions(completions, 1)).toHaveLength(1);
    expect(repeatedCompletions(['a', 'b'], 5)).toEqual([]);
  });
});
