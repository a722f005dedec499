import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';
import { withinTime } from '../../src/reward/regex/withinTime.js';
import { items } from './items.js';

const create = (parameters: object) => createReward({ type: 'regex', ...parameters }, { baseDirectory: '.' });
async function scores(parameters: object, ...completions: string[]): Promise<number[]> {
  return Array.from(await scoreAll(await create(parameters), items(...completions)));
}

describe('regex', () => {
  it('match: 1 where the pattern fits somewhere', async () => {
    expect(await scores({ pattern: 'c[ao]t' }, 'a cat', 'cot', 'cut', '', 'Cat')).toEqual([1, 1, 0, 0, 0]);
    expect(await scores({ pattern: 'c[ao]t', flags: 'i' }, 'Cat')).toEqual([1]);
  });

  it('count: matches over max, at most 1', async () => {
    const spec = { pattern: '\\d+', score: 'count' };
    expect(await scores(spec, '', '12', '1 2 3', '1 2 3 4')).toEqual([0, Math.fround(1 / 3), 1, 1]);
    expect(await scores({ ...spec, max: 8 }, '1 2 3 4')).toEqual([0.5]);
  });

  it('full: 1 where it fits the whole text, but for the space around it', async () => {
    const spec = { pattern: 'yes|yes, please', score: 'full' };
    expect(await scores(spec, ' yes\n', 'yes, please', 'yes, no', 'oh yes', 'yes\nyes')).toEqual([
      1, 1, 0, 0, 0,
    ]);
    // The ends are the text's even where `m` makes ^ and $ those of a line.
    expect(await scores({ ...spec, flags: 'm' }, 'yes\nyes', 'yes')).toEqual([0, 1]);
    expect(await scores({ pattern: '[\\p{L}--[a-z]]+', flags: 'v', score: 'full' }, 'ÄÖ', 'äb')).toEqual([
      1, 0,
    ]);
  });

  it('counts matches in which a group took part', async () => {
    const unquoted = { pattern: '"[^"]*"|(?<cat>cat)', score: 'count', max: 1 };
    for (const group of [1, 'cat']) {
      expect(await scores({ ...unquoted, group }, 'a "cat"', '"cat" cat', 'dog')).toEqual([0, 1, 0]);
    }
  });

  it('gives the same twice', async () => {
    const model = await create({ pattern: 'a' });
    expect(await model.score(items('a', 'a'))).toEqual([1, 1]);
    expect(await model.score(items('a', 'a'))).toEqual([1, 1]);
  });

  it.each([
    [{}, "'pattern'"],
    [{ pattern: '' }, 'an empty pattern fits everything'],
    [{ pattern: '(a' }, "'pattern': Invalid regular expression: /(a/: Unterminated group"],
    [{ pattern: 'a)|(b', score: 'full' }, "'pattern': Invalid regular expression: /a)|(b/"],
    [{ pattern: 'a', flags: 'g' }, "'flags': only the flags i, m, s, u and v are of use here"],
    [{ pattern: 'a', flags: 'uv' }, "'pattern': Invalid flags"],
    [{ pattern: 'a', score: 'matches' }, "'score'"],
    [{ pattern: 'a', max: 2 }, "'max': only score 'count' takes it"],
    [{ pattern: '(a)', group: 2 }, "'group': the pattern has no group 2, but 1 in all"],
    [
      { pattern: '(?<word>a)', group: 'wrd' },
      "'group': the pattern has no group 'wrd'; did you mean 'word'?",
    ],
    [{ pattern: '(a)', group: 0 }, "'group'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create(parameters)).rejects.toThrow(InputError);
    await expect(create(parameters)).rejects.toThrow(message);
    await expect(create(parameters)).rejects.toThrow("the 'regex' reward: ");
  });
});

describe('withinTime', () => {
  it('stops a pattern that takes forever', () => {
    const work = () => /^(a+)+$/.test(`${'a'.repeat(50)}!`);
    expect(() => withinTime(work, 'the pattern', 0.05)).toThrow(
      new InputError('the pattern took more than 0.05 s on a batch: write it without nested repetitions'),
    );
    expect(withinTime(() => /a/.test('a'), 'the pattern', 5)).toBe(true);
  });

  it('lets other errors through', () => {
    const work = () => {
      throw new RangeError('mine');
    };
    expect(() => withinTime(work, 'it')).toThrow(new RangeError('mine'));
  });
});
