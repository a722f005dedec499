import { describe, expect, it } from 'vitest';
import { createReward, type RewardItem, scoreAll } from '../../src/reward/index.js';
import { items } from './items.js';

const create = (parameters: object) =>
  createReward({ type: 'distinct', ...parameters }, { baseDirectory: '.' });
async function scores(parameters: object, batch: readonly RewardItem[]): Promise<unknown[]> {
  return Array.from(await scoreAll(await create(parameters), batch));
}
const near = (...expected: number[]) => expected.map((number) => expect.closeTo(number, 6));

describe('distinct', () => {
  it('is the share of distinct n-grams of words', async () => {
    // "a b", "b a", "a b": 2 of 3.
    const texts = ['A b, a b', 'a a a a', 'a b c', 'one', ''];
    expect(await scores({}, items(...texts))).toEqual(near(2 / 3, 1 / 3, 1, 0, 0));
    expect(await scores({ n: 1 }, items('a b a b', 'one'))).toEqual(near(0.5, 1));
    expect((await create({ n: 3 })).name).toBe('distinct-3');
  });

  const between = { within: 'batch', n: 1 };

  it('is one minus the mean overlap with the other samples of a prompt', async () => {
    // a b c: shares a, b with the second (2/3) and nothing with the third; a b: all with the first.
    const texts = ['a b c a', 'a b', 'x y'];
    expect(await scores(between, items(...texts))).toEqual(near(1 - 1 / 3, 1 - 1 / 2, 1));
    expect(await scores(between, items('a b', 'B a', 'a b'))).toEqual(near(0, 0, 0));
    expect((await create(between)).name).toBe('distinct-1 between samples');
  });

  it('compares the samples of one prompt, and of one conversation, alone', async () => {
    const [first, second] = items('a b', 'a b');
    expect(await scores(between, [first, { ...second, prompt: 'Twice' }])).toEqual([1, 1]);
    const said = (content: string) => ({
      ...first,
      messages: [
        { role: 'user', content },
        { role: 'user', content: 'x' },
      ],
    });
    expect(await scores(between, [said('Hi'), said('Hey'), said('Hi'), first])).toEqual([0, 1, 0, 1]);
  });

  it('gives a completion without n-grams nothing', async () => {
    expect(await scores({ within: 'batch' }, items('', 'one', 'one two'))).toEqual([0, 0, 1]);
  });

  it.each([
    [{ n: 0 }, "'n'"],
    [{ within: 'prompt' }, "'within'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create(parameters)).rejects.toThrow(message);
  });
});
