import { describe, expect, it } from 'vitest';
import type { RewardSpec } from '../../src/config/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';
import { items } from './items.js';

const create = (spec: RewardSpec) => createReward(spec, { baseDirectory: '.' });

async function scores(spec: RewardSpec, reference: unknown, ...completions: string[]): Promise<number[]> {
  const batch = items(...completions).map((item) => ({ ...item, row: { reference } }));
  return [...(await (await create(spec)).score(batch))];
}

function near(...expected: number[]): unknown[] {
  return expected.map((number) => expect.closeTo(number, 12));
}

describe('chrf', () => {
  it('weighs recall four times as much as precision, over the orders that both texts have', async () => {
    // abc, ab: characters 2/3 and 1, pairs 1/2 and 1: precision 7/12, recall 1; 5 P R / (4 P + R).
    expect(await scores('similarity', 'ab', 'abc', 'ab', 'ac', '', 'xyz')).toEqual(
      near(0.875, 1, 0.25, 0, 0),
    );
  });

  it('leaves white space out, and minds case', async () => {
    expect(await scores('similarity', 'a bc', ' ab\nc ', 'ABC')).toEqual(near(1, 0));
  });

  it('counts code points', async () => {
    expect(await scores('similarity', '\u{1f600}', '\u{1f601}', '\u{1f600}')).toEqual([0, 1]);
  });

  it('counts words too, when told', async () => {
    // Precision 1; recall of characters 2/3 and 1/2, of words 2/3 and 1/2: 7/12.
    expect(await scores({ type: 'similarity', wordOrder: 2 }, 'a b c', 'a b')).toEqual(near(7 / 11));
    // Characters 1 and 1; of the three words of "a b ." and "ab.": the full stop. (1 + 1 + 1 + 1/3) / 4, (... + 1/2) / 4.
    expect(await scores({ type: 'similarity', wordOrder: 1 }, 'ab.', 'a b.')).toEqual(
      near((5 * (10 / 3) * 3.5) / (4 * (10 / 3) + 3.5) / 4),
    );
  });

  it('takes the nearest of several references', async () => {
    expect(await scores('similarity', ['xyz', 'ab', 'a'], 'abc', 'xyz')).toEqual(near(0.875, 1));
  });
});

describe('bleu', () => {
  const spec = { type: 'similarity', measure: 'bleu' };

  it('punishes a short text', async () => {
    expect(await scores(spec, 'the cat sat', 'the cat', 'the cat sat', '')).toEqual(
      near(Math.exp(-1 / 2), 1, 0),
    );
  });

  it('clips repeated words, and smooths orders without a match', async () => {
    // 1/3, then 1 / (2 * 2) of the two pairs and 1 / (4 * 1) of the triple.
    expect(await scores(spec, 'the cat', 'the the the', 'a dog')).toEqual(near((1 / 48) ** (1 / 3), 0));
  });

  it('finds words in any reference, and takes the nearest length', async () => {
    expect(await scores(spec, ['a x', 'y b z'], 'a b')).toEqual(near(Math.sqrt(1 / 2)));
  });

  it('splits punctuation off, but not inside numbers', async () => {
    expect(await scores(spec, 'It is 1,000.5 , he said .', 'It is 1,000.5, he said.')).toEqual([1]);
  });
});

describe('rouge-l', () => {
  const spec = { type: 'similarity', measure: 'rouge-l' };

  it("agrees with Lin's example", async () => {
    const completions = ['police kill the gunman', 'the gunman kill police', 'Police, killed: THE gunman!'];
    expect(await scores(spec, 'police killed the gunman', ...completions)).toEqual([0.75, 0.5, 1]);
  });

  it('takes the nearest of several references', async () => {
    // Two words of three and of two: 2 * 2 / (3 + 2).
    expect(await scores(spec, ['x', 'a c', 'z b q r'], 'a b c')).toEqual([0.8]);
  });

  it('is 0 where a text has no words of its alphabet', async () => {
    expect(await scores(spec, 'привет', 'привет', '')).toEqual([0, 0]);
  });
});

describe('exact', () => {
  const spec = { type: 'similarity', measure: 'exact' };

  it('is 1 for the same text, but for the space around it', async () => {
    expect(await scores(spec, ' Yes.', 'Yes.\n', 'yes.', 'Yes')).toEqual([1, 0, 0]);
    expect(await scores(spec, ['no', ''], ' ', 'no', 'yes')).toEqual([1, 1, 0]);
  });

  it('ignores case when told', async () => {
    expect(await scores({ ...spec, ignoreCase: true }, 'Été', 'ÉTÉ ', 'ete')).toEqual([1, 0]);
  });
});

describe('similarity', () => {
  it('reads another column', async () => {
    const model = await create({ type: 'similarity', measure: 'exact', column: 'summary' });
    const [item] = items('short');
    expect(await model.score([{ ...item, row: { summary: 'short', reference: 'long' } }])).toEqual([1]);
  });

  it('has the name of its measure', async () => {
    expect((await create('similarity')).name).toBe('chrf');
    expect((await create({ type: 'similarity', wordOrder: 2 })).name).toBe('chrf++');
    expect((await create({ type: 'similarity', measure: 'bleu' })).name).toBe('bleu');
  });

  it('adds up with length in a composite', async () => {
    const rewards = [
      { reward: { type: 'similarity', measure: 'rouge-l' } },
      { reward: { type: 'length', target: 4 }, weight: 0.5 },
    ];
    const model = await create({ type: 'composite', rewards });
    expect(model.name).toBe('rouge-l + 0.5 length');
    const batch = items('police kill the gunman', 'a b').map((item) => ({
      ...item,
      row: { reference: 'police killed the gunman' },
    }));
    expect([...(await scoreAll(model, batch))]).toEqual([0.75 + 0.5, 0.25]);
  });

  it.each([[undefined], [3], [['good', 3]], [[]]])('refuses a reference that is %o', async (reference) => {
    await expect(scores('similarity', reference, 'good')).rejects.toThrow(
      "the 'similarity' reward finds no text in column 'reference' of the prompt \"Once\" (its columns: reference)",
    );
  });

  it('refuses a row without columns', async () => {
    await expect(scoreAll(await create('similarity'), items('good'))).rejects.toThrow('(its columns: none)');
  });

  it.each([
    [{ measure: 'blue' }, "'measure': unknown measure 'blue'; did you mean 'bleu'?"],
    [{ column: '' }, "'column'"],
    [{ wordOrder: -1 }, "'wordOrder'"],
    [{ wordOrder: 1.5 }, "'wordOrder'"],
    [{ ignoreCase: true }, "'ignoreCase': only measure 'exact' takes it"],
    [{ measure: 'bleu', wordOrder: 2 }, "'wordOrder': only measure 'chrf' takes it (it is 2)"],
    [{ measure: 'rouge-l', ignoreCase: true }, "'ignoreCase': only measure 'exact' takes it"],
    [{ measure: 'exact', wordOrder: 2 }, "'wordOrder': only measure 'chrf' takes it"],
    [{ stemmer: true }, "unknown key 'stemmer'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create({ type: 'similarity', ...parameters })).rejects.toThrow(
      `the 'similarity' reward: ${message}`,
    );
  });
});
