import { describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import { scoreAllTokens, type TokenRewardModel } from '../../src/reward/index.js';
import { items } from './items.js';

/** A user's model returns whatever it likes. */
function returning(value: unknown): TokenRewardModel {
  const model = { name: 'mine', score: () => [0], scoreTokens: async () => [] };
  return Object.assign(model, { scoreTokens: () => value });
}

// Of three, no and one token.
const batch = items('abc', '', 'd');

describe('scoreAllTokens', () => {
  it('takes lists, typed arrays and promises', async () => {
    const expected = [Float32Array.of(1, -0.5, 0), new Float32Array(), Float32Array.of(2)];
    const lists = [[1, -0.5, 0], [], [2]];
    expect(await scoreAllTokens(returning(lists), batch)).toEqual(expected);
    expect(await scoreAllTokens(returning(Promise.resolve(expected)), batch)).toEqual(expected);
    expect(await scoreAllTokens(returning([]), [])).toEqual([]);
  });

  it.each([
    [undefined, 'scoreTokens returned undefined, not a list of lists of numbers'],
    [7, 'scoreTokens returned the single number 7, not'],
    [[[1, 2, 3]], 'scoreTokens returned 1 list for 3 completions'],
    [[1, 2, 3], 'scoreTokens gave item 0 the single number 1, not a list of numbers; its completion: "abc"'],
    [[[1, 2], [], [1]], 'scoreTokens gave item 0 2 numbers for 3 tokens; its completion: "abc"'],
    [[[1, 2, 3], [1], [1]], 'scoreTokens gave item 1 1 number for 0 tokens; its completion: ""'],
    [[[1, 2, 3], [], [Number.NaN]], 'the score of token 0 of item 2 is NaN, not a finite number'],
    [[[1, '2', 3], [], [1]], 'the score of token 1 of item 0 is a string'],
    [[[1, 2, 1e39], [], [1]], 'the score of token 2 of item 0 is 1e+39'],
  ])('refuses %o', async (value, message) => {
    const scored = scoreAllTokens(returning(value), batch);
    await expect(scored).rejects.toThrow(InputError);
    await expect(scored).rejects.toThrow(message);
    await expect(scored).rejects.toThrow("the reward 'mine' is wrong: ");
  });

  it('names the reward that throws, and lets an interruption through', async () => {
    const throwing = (error: Error): TokenRewardModel => ({
      ...{ name: 'mine', score: () => [0] },
      scoreTokens: () => Promise.reject(error),
    });
    await expect(scoreAllTokens(throwing(new Error('no\nmore')), batch)).rejects.toThrow(
      new InputError(`the reward 'mine' threw: no; the batch starts with "abc"`),
    );
    await expect(scoreAllTokens(throwing(new Interrupted('stopped')), batch)).rejects.toThrow(Interrupted);
  });
});
