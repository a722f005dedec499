import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctN, distinctSample, words } from '../../src/eval/diversity.js';

describe('words', () => {
  it('lower-cases, and keeps apostrophes, digits and every script', () => {
    expect(words("Don't PLAY 2 games, \u00c9t\u00e9 \u0441\u043e\u043d!")).toEqual([
      "don't",
      'play',
      '2',
      'games',
      '\u00e9t\u00e9',
      '\u0441\u043e\u043d',
    ]);
  });

  it('finds none in punctuation', () => {
    expect(words(' ... \u{1f642} --')).toEqual([]);
  });
});

describe('distinctN', () => {
  it('matches numbers worked by hand', () => {
    // Bigrams: "the dog", "dog and", "and the", "the dog" | "the dog": 3 distinct of 5.
    const completions = ['The dog and the dog', 'the dog.'];
    expect(distinctN(completions, 2)).toBeCloseTo(3 / 5);
    expect(distinctN(completions, 1)).toBeCloseTo(3 / 7);
    expect(distinctN(completions, 3)).toBe(1);
  });

  it('does not join the end of a completion to the start of the next', () => {
    expect(distinctN(['a b', 'c d'], 2)).toBe(1);
    expect(distinctN(['a', 'b', 'c'], 2)).toBe(0);
  });

  it('is 0 without any n-gram', () => {
    expect(distinctN([], 1)).toBe(0);
    expect(distinctN(['', '?!'], 1)).toBe(0);
  });

  it('refuses an n that is no positive whole number', () => {
    expect(() => distinctN(['a'], 0)).toThrow(RangeError);
    expect(() => distinctN(['a'], 1.5)).toThrow(RangeError);
  });

  it('lies between 0 and 1, and repeating every completion halves it', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (lists) => {
        const completions = lists.map((list) => list.join(' '));
        const value = distinctN(completions, 2);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(distinctN([...completions, ...completions], 2)).toBeCloseTo(value / 2);
      }),
    );
  });
});

describe('distinctSample', () => {
  it('uses the first 512 completions and says how many there were', () => {
    const completions = Array.from({ length: 600 }, (_, i) => (i < 512 ? 'same words' : `other words ${i}`));
    expect(distinctSample(completions, 2)).toEqual({ value: 1 / 512, completions: 512 });
    expect(distinctSample(completions.slice(0, 4), 2)).toEqual({ value: 1 / 4, completions: 4 });
    expect(distinctSample(completions, 2, 2)).toEqual({ value: 1 / 2, completions: 2 });
  });
});
