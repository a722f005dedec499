import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { countTokens, tokenCost } from '../../src/lm/index.js';

describe('countTokens', { timeout: 60_000 }, () => {
  // The counts that OpenAI's cookbook, "How to count tokens with tiktoken", prints.
  it.each([
    ['antidisestablishmentarianism', 5, 6, 6],
    ['2 + 2 = 4', 5, 7, 7],
    ['お誕生日おめでとう', 14, 9, 8],
  ])('counts %s as the cookbook does', (text, davinci, gpt4, gpt4o) => {
    expect(countTokens(text, 'davinci')).toBe(davinci);
    expect(countTokens(text, 'text-davinci-003')).toBe(davinci);
    expect(countTokens(text, 'gpt-4')).toBe(gpt4);
    expect(countTokens(text, 'gpt-4o')).toBe(gpt4o);
  });

  it('counts special tokens as plain text, and nothing as nothing', () => {
    expect(countTokens('<|endoftext|>', 'gpt-4')).toBeGreaterThan(1);
    expect(countTokens('', 'gpt-4')).toBe(0);
  });

  it('adds what the API puts around messages', () => {
    const messages = [
      { role: 'system', content: 'tiktoken is great!' },
      { role: 'user', content: 'hello world' },
    ];
    // 3 + 1 + 6 and 3 + 1 + 2, and 3 before the answer.
    expect(countTokens(messages, 'gpt-4')).toBe(19);
    expect(countTokens(messages, 'gpt-3.5-turbo-0301')).toBe(21);
    expect(countTokens([], 'gpt-4o')).toBe(3);
  });

  it('takes the encoding of a model that is not known', () => {
    expect(countTokens('2 + 2 = 4', 'cl100k_base')).toBe(7);
    expect(() => countTokens('a', 'claude')).toThrow(InputError);
    expect(() => countTokens('a', 'toString')).toThrow(
      "js-tiktoken does not know the model 'toString': name its encoding instead (gpt2, p50k_base, cl100k_base, o200k_base)",
    );
  });

  it.each(['davinci', 'gpt-3.5-turbo-instruct', 'text-embedding-3-small', 'gpt2'])(
    'refuses messages to %s',
    (model) => {
      expect(() => countTokens([{ role: 'user', content: 'a' }], model)).toThrow(
        `the model '${model}' takes no chat messages: count the tokens of a plain text`,
      );
    },
  );
});

describe('tokenCost', () => {
  it('is the price of both sides', () => {
    // 2,000 at 2.50 a million, 500 at 10.
    const cost = tokenCost({ prompt: 2000, completion: 500 }, { prompt: 2.5, completion: 10 });
    expect(cost).toBeCloseTo(0.01, 15);
  });
});
