import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import type { RewardSpec } from '../../src/config/index.js';
import { compositeParameters, compositeReward } from '../../src/reward/composite.js';
import {
  createReward,
  type RewardModel,
  scoreAll,
  scoreAllTokens,
  scoresTokens,
} from '../../src/reward/index.js';
import { items } from './items.js';

const create = (parameters: object, notes: string[] = []) =>
  createReward(
    { type: 'composite', ...parameters },
    { baseDirectory: '.', note: (line) => notes.push(line) },
  );

async function scores(parameters: object, ...completions: string[]): Promise<unknown[]> {
  const model = await create(parameters);
  return Array.from(await scoreAll(model, items(...completions)));
}

const near = (...expected: number[]) => expected.map((number) => expect.closeTo(number, 6));

/** Scores a completion by the numbers in it: `1 -2` is -1, and with `perToken` each number one token's. */
function numbers(name: string, perToken: boolean, closed: string[] = []): RewardModel {
  const parse = (text: string) => text.split(' ').filter(Boolean).map(Number);
  return {
    name,
    score: (batch) => batch.map(({ completion }) => parse(completion).reduce((a, b) => a + b, 0)),
    ...(perToken ? { scoreTokens: async (batch) => batch.map(({ completion }) => parse(completion)) } : {}),
    close: async () => {
      closed.push(name);
    },
  };
}

/** Items whose tokens are the numbers in their completions. */
const numbered = (...completions: string[]) =>
  items(...completions).map((item) => ({
    ...item,
    tokens: item.completion.split(' ').filter(Boolean).map(Number),
  }));

/** A composite of rewards by their names; one that begins with `token` scores tokens. */
function compose(parameters: object, closed: string[] = [], notes: string[] = []) {
  const make = async (spec: RewardSpec) => {
    const name = typeof spec === 'string' ? spec : spec.type;
    if (name === 'broken') throw new InputError('broken');
    return numbers(name, name.startsWith('token'), closed);
  };
  return compositeReward(compositeParameters.parse(parameters), make, { note: (line) => notes.push(line) });
}

async function tokensOf(parameters: object, ...completions: string[]): Promise<number[][] | undefined> {
  const model = await compose(parameters);
  if (!scoresTokens(model)) return undefined;
  return (await scoreAllTokens(model, numbered(...completions))).map((list) => Array.from(list));
}

const length = { type: 'length', target: 4 };

describe('composite', () => {
  it('adds the weighted rewards', async () => {
    const rewards = [
      { reward: length, weight: 2 },
      { reward: 'repetition' },
      { reward: 'sentiment', weight: -1 },
    ];
    // 2 * 0.5 + 0 - VADER(good good) = 3.8 / sqrt(3.8^2 + 15)
    expect(await scores({ rewards }, 'good good', 'a a a a')).toEqual(near(1 - 0.7003, 2 - 0.5));
  });

  it('multiplies them, or takes the smallest', async () => {
    const rewards = [{ reward: length }, { reward: { type: 'keywords', words: ['a', 'b'], mode: 'all' } }];
    const texts = ['a b', 'a x x x', 'x'];
    expect(await scores({ rewards, combine: 'product' }, ...texts)).toEqual(near(0.5 * 1, 1 * 0.5, 0));
    expect(await scores({ rewards, combine: 'minimum' }, ...texts)).toEqual(near(0.5, 0.5, 0));
    const weighted = [{ ...rewards[0], weight: 3 }, rewards[1]];
    expect(await scores({ rewards: weighted, combine: 'minimum' }, ...texts)).toEqual(near(1, 0.5, 0));
  });

  it('normalises first, then cuts off, then weights', async () => {
    // (1, 3, 8) less 4, over sqrt((9 + 1 + 16) / 3).
    const deviation = Math.sqrt(26 / 3);
    const batch = numbered('1', '3', '8');
    const parts = async (part: object) => {
      const model = await compose({ rewards: [{ reward: 'numbers', ...part }] });
      return Array.from(await scoreAll(model, batch));
    };
    expect(await parts({ normalise: 'batch' })).toEqual(near(-3 / deviation, -1 / deviation, 4 / deviation));
    expect(await parts({ normalise: { mean: 2, deviation: 4 } })).toEqual(near(-0.25, 0.25, 1.5));
    expect(await parts({ normalise: { mean: 2, deviation: 4 }, clip: [0, 1], weight: -2 })).toEqual(
      near(0, -0.5, -2),
    );
    expect(await parts({ clip: [2, 5] })).toEqual([2, 3, 5]);
  });

  it('makes 0 of scores that are all the same, and of one alone', async () => {
    const model = await compose({ rewards: [{ reward: 'numbers', normalise: 'batch' }] });
    expect(await model.score(numbered('3', '3'))).toEqual([0, 0]);
    expect(await model.score(numbered('7'))).toEqual([0]);
    expect(await model.score([])).toEqual([]);
  });

  it('says that batches cannot be compared when they are normalised one by one', async () => {
    const notes: string[] = [];
    await compose({ rewards: [{ reward: 'a', normalise: 'batch' }, { reward: 'b' }] }, [], notes);
    expect(notes).toEqual([
      "the reward 'a + b' is normalised batch by batch, so its evaluations cannot be compared",
    ]);
    await compose({ rewards: [{ reward: 'a', normalise: { mean: 0, deviation: 2 } }] }, [], notes);
    expect(notes).toHaveLength(1);
  });

  it('takes off a price for each token above a number of them', async () => {
    const rewards = [{ reward: 'numbers' }];
    const over = await compose({ rewards, lengthPenalty: { target: 2, perToken: 0.25 } });
    expect(await over.score(numbered('1 1', '1 1 1', '1 1 1 1 1', ''))).toEqual([2, 2.75, 4.25, 0]);
    const every = await compose({ rewards, lengthPenalty: { perToken: 0.5 } });
    expect(await every.score(numbered('1 1', ''))).toEqual([1, 0]);
  });

  it('nests', async () => {
    const inner = { type: 'composite', rewards: [{ reward: length, weight: 3 }] };
    expect(await scores({ rewards: [{ reward: inner, weight: 0.5 }] }, 'a b c d')).toEqual([1.5]);
  });

  it('has a name that tells its parts', async () => {
    const named = async (parameters: object) => (await create(parameters)).name;
    const rewards = [{ reward: 'sentiment' }, { reward: 'repetition' }];
    const weighted = [{ reward: length, weight: 2 }, { reward: 'sentiment' }];
    const sum = { reward: { type: 'composite', rewards } };
    expect(await named({ rewards: weighted })).toBe('2 length + sentiment');
    expect(await named({ rewards, combine: 'product' })).toBe('sentiment * repetition');
    expect(await named({ rewards: weighted, combine: 'minimum' })).toBe('min(2 length, sentiment)');
    expect(await named({ rewards: [sum, ...rewards] })).toBe(
      'sentiment + repetition + sentiment + repetition',
    );
    expect(await named({ rewards: [{ ...sum, weight: 0.5 }] })).toBe('0.5 (sentiment + repetition)');
    expect(await named({ rewards: [sum, { reward: 'repetition' }], combine: 'product' })).toBe(
      '(sentiment + repetition) * repetition',
    );
    expect(await named({ rewards: [rewards[0]], lengthPenalty: { perToken: 0.01 } })).toBe(
      'sentiment - 0.01 per token',
    );
    expect(await named({ rewards: [rewards[0]], lengthPenalty: { perToken: 0.01, target: 20 } })).toBe(
      'sentiment - 0.01 per token over 20',
    );
  });

  it('closes its parts, those of a composite that cannot be made too', async () => {
    const closed: string[] = [];
    const model = await compose({ rewards: [{ reward: 'a' }, { reward: 'b' }] }, closed);
    await model.close?.();
    expect(closed).toEqual(['a', 'b']);
    const broken = compose({ rewards: [{ reward: 'c' }, { reward: 'broken' }, { reward: 'd' }] }, closed);
    await expect(broken).rejects.toThrow(new InputError('broken'));
    expect(closed).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    [{}, "'rewards'"],
    [{ rewards: [] }, 'at least one reward is needed'],
    [{ rewards: [{ reward: 'length' }] }, "the 'length' reward: 'target'"],
    [{ rewards: [{ reward: 'lenght' }] }, "unknown reward 'lenght'; did you mean 'length'?"],
    [{ rewards: [{ reward: 'sentiment', weight: 0 }] }, 'a weight of 0 leaves the reward out'],
    [
      { rewards: [{ reward: 'sentiment', weigth: 1 }] },
      "unknown key 'rewards.0.weigth'; did you mean 'weight'?",
    ],
    [{ rewards: [{ reward: 'sentiment', clip: [1, 1] }] }, 'the first number must be below the second'],
    [{ rewards: [{ reward: 'sentiment', clip: 1 }] }, "'rewards.0.clip': expected [low, high] (it is 1)"],
    [
      { rewards: [{ reward: 'sentiment', normalise: 'running' }] },
      'expected none, batch or {mean, deviation}',
    ],
    [
      { rewards: [{ reward: 'sentiment', normalise: { mean: 1, deviation: 0 } }] },
      "'rewards.0.normalise.deviation': too small",
    ],
    [{ rewards: [{ reward: 'sentiment' }], combine: 'max' }, "'combine'"],
    [
      { rewards: [{ reward: 'sentiment', weight: 2 }], combine: 'product' },
      "'combine': weights would only scale a product as a whole: leave them out",
    ],
    [{ rewards: [{ reward: 'sentiment' }], lengthPenalty: {} }, "'lengthPenalty.perToken'"],
    [{ rewards: [{ reward: 'sentiment' }], lengthPenalty: { perToken: -1 } }, "'lengthPenalty.perToken'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create(parameters)).rejects.toThrow(InputError);
    await expect(create(parameters)).rejects.toThrow(message);
  });
});

describe('a composite with parts that score tokens', () => {
  it('adds those token by token, and the others at the last token', async () => {
    const rewards = [
      { reward: 'token', weight: 2 },
      { reward: 'whole', weight: -1 },
      { reward: 'token too' },
    ];
    expect(await tokensOf({ rewards }, '1 2 3', '5', '')).toEqual([[3, 6, 9 - 6], [15 - 5], []]);
  });

  it('gives what is normalised or cut off at the last token too', async () => {
    const rewards = [
      { reward: 'token' },
      { reward: 'token clipped', clip: [0, 2] },
      { reward: 'token scaled', normalise: { mean: 1, deviation: 2 } },
    ];
    expect(await tokensOf({ rewards }, '1 4')).toEqual([[1, 4 + 2 + 2]]);
    expect(await tokensOf({ rewards: rewards.slice(1) }, '1 4')).toBeUndefined();
  });

  it('charges each token above the target', async () => {
    const parameters = { rewards: [{ reward: 'token' }], lengthPenalty: { target: 1, perToken: 0.5 } };
    expect(await tokensOf(parameters, '1 2 3', '1')).toEqual([[1, 1.5, 2.5], [1]]);
  });

  it('adds up to the score', async () => {
    const parameters = {
      rewards: [
        { reward: 'token', weight: 0.5 },
        { reward: 'whole', clip: [-2, 2] },
      ],
      lengthPenalty: { perToken: 0.125 },
    };
    const texts = ['1 2 3', '-7 1', '4'];
    const lists = await tokensOf(parameters, ...texts);
    const model = await compose(parameters);
    expect(lists?.map((list) => list.reduce((a, b) => a + b))).toEqual(await model.score(numbered(...texts)));
  });

  it('is a sum: neither a product nor a minimum scores tokens', async () => {
    const rewards = [{ reward: 'token' }];
    expect(await tokensOf({ rewards, combine: 'product' })).toBeUndefined();
    expect(await tokensOf({ rewards, combine: 'minimum' })).toBeUndefined();
    expect(await tokensOf({ rewards: [{ reward: 'whole' }] })).toBeUndefined();
  });
});
