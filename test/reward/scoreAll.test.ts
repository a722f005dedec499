import { describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import { createReward, type RewardModel, scoreAll } from '../../src/reward/index.js';
import { items } from './items.js';

/** A user's model returns whatever it likes. */
function returning(value: unknown): RewardModel {
  return Object.assign({ name: 'mine', score: () => [0] }, { score: () => value });
}

describe('scoreAll', () => {
  it('takes lists, typed arrays and promises', async () => {
    const two = items('a', 'b');
    expect(await scoreAll(returning([1, -0.5]), two)).toEqual(Float32Array.of(1, -0.5));
    expect(await scoreAll(returning(Promise.resolve([1, 2])), two)).toEqual(Float32Array.of(1, 2));
    expect(await scoreAll(returning(Float64Array.of(1, 2)), two)).toEqual(Float32Array.of(1, 2));
    expect(await scoreAll(returning([]), [])).toEqual(new Float32Array());
  });

  it.each([
    [[1], 'score returned 1 number for 2 completions'],
    [[1, 2, 3], 'score returned 3 numbers for 2 completions'],
    [undefined, 'score returned undefined, not a list of numbers'],
    [null, 'score returned null'],
    [5, 'score returned the single number 5'],
    ['12', 'score returned a string'],
    [{ length: 2, 0: 1, 1: 2 }, 'score returned an object'],
    [[1, Number.NaN], 'the score of item 1 is NaN, not a finite number; its completion: "second"'],
    [[Number.POSITIVE_INFINITY, Number.NaN], 'the score of item 0 is Infinity'],
    [[1e39, 1], 'the score of item 0 is 1e+39'],
    [[1, '1'], 'the score of item 1 is a string'],
    [[1, undefined], 'the score of item 1 is undefined'],
    [BigInt64Array.of(1n, 2n), 'the score of item 0 is a bigint'],
  ])('refuses %o', async (value, message) => {
    const scored = scoreAll(returning(value), items('first', 'second'));
    await expect(scored).rejects.toThrow(InputError);
    await expect(scored).rejects.toThrow(message);
    await expect(scored).rejects.toThrow("the reward 'mine' is wrong: ");
  });

  it('names the reward that throws, and keeps to one line', async () => {
    const model: RewardModel = {
      name: 'judge',
      score: () => {
        throw new Error('no answer\n  at somewhere');
      },
    };
    await expect(scoreAll(model, items(`long ${'x'.repeat(100)}`))).rejects.toThrow(
      new InputError(
        `the reward 'judge' threw: no answer; the batch starts with "long ${'x'.repeat(55)}..."`,
      ),
    );
  });

  it('lets an interruption through', async () => {
    const model: RewardModel = { name: 'slow', score: () => Promise.reject(new Interrupted('stopped')) };
    await expect(scoreAll(model, items('a'))).rejects.toThrow(Interrupted);
  });

  it("checks a composite's parts", async () => {
    const spec = { type: 'composite', rewards: [{ reward: 'sentiment', weight: 1e300 }] };
    const model = await createReward(spec, { baseDirectory: '.' });
    await expect(scoreAll(model, items('good'))).rejects.toThrow("the reward '1e+300 sentiment' is wrong");
  });
});
