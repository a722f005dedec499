import { describe, expect, it } from 'vitest';
import type { RewardSpec } from '../../src/config/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';
import { items } from './items.js';

async function scores(spec: RewardSpec, ...completions: string[]): Promise<number[]> {
  const model = await createReward(spec, { baseDirectory: '.' });
  return [...(await scoreAll(model, items(...completions)))].map((score) => Math.round(score * 1e4) / 1e4);
}

const create = (spec: RewardSpec) => createReward(spec, { baseDirectory: '.' });

describe('sentiment', () => {
  it('scores the completion and not the prompt', async () => {
    const model = await create('sentiment');
    const [item] = items('It was good');
    expect(await model.score([{ ...item, prompt: 'terrible awful' }])).toEqual([0.4404]);
    expect(await scores({ type: 'sentiment' }, '', 'bad', 'the')).toEqual([0, -0.5423, 0]);
  });
});

describe('keywords', () => {
  it('any: 1 when one occurs', async () => {
    expect(
      await scores({ type: 'keywords', words: ['cat', 'dog'] }, 'A Dog.', 'dogs', '', 'cat dog'),
    ).toEqual([1, 0, 0, 1]);
  });

  it('takes one keyword as a text', async () => {
    expect(await scores({ type: 'keywords', words: 'cat' }, 'cat', 'c a t')).toEqual([1, 0]);
  });

  it('all: the share that occurs', async () => {
    const spec = { type: 'keywords', words: ['a', 'b', 'c', 'd'], mode: 'all' };
    expect(await scores(spec, 'a a a', 'a b c', 'd c b a', 'x')).toEqual([0.25, 0.75, 1, 0]);
  });

  it('count: occurrences over max, at most 1', async () => {
    const spec = { type: 'keywords', words: ['cat', 'dog'], mode: 'count' };
    expect(await scores(spec, 'cat', 'cat cat', 'cat dog cat dog')).toEqual([0.3333, 0.6667, 1]);
    expect(await scores({ ...spec, max: 4 }, 'cat', 'cat dog cat dog')).toEqual([0.25, 1]);
  });

  it('minds case only when told', async () => {
    const spec = { type: 'keywords', words: 'ÉCLAIR' };
    expect(await scores(spec, 'an éclair', 'an e\u0301clair')).toEqual([1, 1]);
    expect(await scores({ ...spec, caseSensitive: true }, 'an éclair', 'ÉCLAIR')).toEqual([0, 1]);
  });

  it('finds parts of words only when told, in any script', async () => {
    const spec = { type: 'keywords', words: ['play', 'naï'] };
    expect(await scores(spec, 'played', 'replay', 'play!', 'naïve')).toEqual([0, 0, 1, 0]);
    expect(await scores({ ...spec, wholeWord: false }, 'played', 'naïve')).toEqual([1, 1]);
  });

  it('takes phrases and symbols literally', async () => {
    expect(await scores({ type: 'keywords', words: ['big dog'] }, 'a big\n dog', 'a bigdog')).toEqual([1, 0]);
    expect(await scores({ type: 'keywords', words: ['c++', '.*'] }, 'I use C++.', 'anything')).toEqual([
      1, 0,
    ]);
  });

  it('keeps scores the same from call to call', async () => {
    const model = await create({ type: 'keywords', words: 'cat' });
    expect(await model.score(items('cat'))).toEqual(await model.score(items('cat')));
  });

  it.each([
    [{}, "'words'"],
    [{ words: [] }, 'at least one keyword'],
    [{ words: [' '] }, "'words.0'"],
    [{ words: 'a', mode: 'most' }, "'mode'"],
    [{ words: 'a', max: 2 }, "'max': only mode 'count' takes it"],
    [{ words: 'a', wholeWords: true }, "unknown key 'wholeWords'; did you mean 'wholeWord'?"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create({ type: 'keywords', ...parameters })).rejects.toThrow(message);
    await expect(create({ type: 'keywords', ...parameters })).rejects.toThrow("the 'keywords' reward: ");
  });
});

describe('length', () => {
  it('falls linearly from 1 at the target to 0 at twice the target', async () => {
    const spec = { type: 'length', target: 4 };
    expect(
      await scores(spec, '', 'a', 'a b', 'a b c d', 'a b c d, e', 'a b c d e f g h', 'a b c d e f g h i'),
    ).toEqual([0, 0.25, 0.5, 1, 0.75, 0, 0]);
  });

  it('takes a tolerance', async () => {
    expect(await scores({ type: 'length', target: 4, tolerance: 2 }, 'a b', 'a b c', 'a b c d e')).toEqual([
      0, 0.5, 0.5,
    ]);
  });

  it('counts words without punctuation, and in scripts without spaces', async () => {
    expect(await scores({ type: 'length', target: 3, tolerance: 1 }, "I don't know!")).toEqual([1]);
    expect(await scores({ type: 'length', target: 2, tolerance: 1 }, '你好世界')).toEqual([1]);
  });

  it('counts characters, tokens and sentences', async () => {
    expect(
      await scores({ type: 'length', target: 2, tolerance: 1, unit: 'characters' }, 'a\u{1f600}'),
    ).toEqual([1]);
    expect(
      await scores({ type: 'length', target: 2, tolerance: 1, unit: 'sentences' }, 'A b. C? ... '),
    ).toEqual([1]);
    const model = await create({ type: 'length', target: 5, tolerance: 1, unit: 'tokens' });
    const [item] = items('one word');
    expect(await model.score([{ ...item, tokens: [7, 7, 7, 7, 7] }])).toEqual([1]);
  });

  it('takes a target of 0', async () => {
    expect(await scores({ type: 'length', target: 0 }, '', 'a')).toEqual([1, 0]);
  });

  it.each([
    [{}, "'target'"],
    [{ target: -1 }, "'target'"],
    [{ target: 3, tolerance: 0 }, "'tolerance'"],
    [{ target: 3, unit: 'word' }, "'unit'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create({ type: 'length', ...parameters })).rejects.toThrow(message);
  });
});

describe('repetition', () => {
  it('is minus the share of n-grams seen before', async () => {
    // 6 words: 4 trigrams, of which "a b c" and "b c a" come back: abc bca cab abc -> 1 of 4.
    expect(await scores('repetition', 'a b c a b c', 'A a, a a a', 'a b c d', 'a b', '')).toEqual([
      -0.25, -0.6667, 0, 0, 0,
    ]);
  });

  it('takes n', async () => {
    expect(await scores({ type: 'repetition', n: 1 }, 'a b a b', 'the The')).toEqual([-0.5, -0.5]);
    await expect(create({ type: 'repetition', n: 0 })).rejects.toThrow("'n'");
  });
});

describe('match', () => {
  const score = async (right: unknown, ...completions: string[]) => {
    const model = await create({ type: 'match', column: 'intent' });
    return [
      ...(await scoreAll(
        model,
        items(...completions).map((item) => ({ ...item, row: { intent: right } })),
      )),
    ];
  };

  it('is 1 for what the column says, but for case and the space around it', async () => {
    expect(await score('Refund', 'refund', ' Refund\n', 'REFUND', 'refunds', 'a refund', '')).toEqual([
      1, 1, 1, 0, 0, 0,
    ]);
    expect(await score(' été ', 'ÉTÉ')).toEqual([1]);
  });

  it('takes a list of right completions', async () => {
    expect(await score(['bug', 'Refund'], 'refund', 'bug', 'bug refund', 'cancel')).toEqual([1, 1, 0, 0]);
    expect(await score([], 'refund')).toEqual([0]);
  });

  it.each([[undefined], [3], [['bug', 3]]])('refuses a column that is %o', async (right) => {
    await expect(score(right, 'bug')).rejects.toThrow(
      "the 'match' reward finds no text in column 'intent' of the prompt \"Once\" (its columns: intent)",
    );
  });

  it('refuses a row without columns, and no or an empty column', async () => {
    const model = await create({ type: 'match', column: 'intent' });
    await expect(scoreAll(model, items('bug'))).rejects.toThrow('(its columns: none)');
    await expect(create('match')).rejects.toThrow("the 'match' reward: 'column'");
    await expect(create({ type: 'match', column: '' })).rejects.toThrow("the 'match' reward: 'column'");
  });
});

describe('createReward', () => {
  it('names the nearest built-in reward', async () => {
    await expect(create('sentimant')).rejects.toThrow(
      "unknown reward 'sentimant'; did you mean 'sentiment'? (or the path of a module: ./my-reward.ts)",
    );
    await expect(create('toString')).rejects.toThrow("unknown reward 'toString'");
  });

  it('refuses parameters that a reward does not take', async () => {
    await expect(create({ type: 'sentiment', lang: 'de' })).rejects.toThrow(
      "the 'sentiment' reward: unknown key 'lang'",
    );
  });
});
