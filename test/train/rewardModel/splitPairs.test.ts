import { describe, expect, it } from 'vitest';
import { splitPairs } from '../../../src/train/rewardModel/splitPairs.js';
import { pairOf } from './pairs.js';

const PAIRS = Array.from({ length: 40 }, (_, i) => pairOf(`Prompt ${i % 20}`, `good ${i}`, `bad ${i}`));

describe('splitPairs', () => {
  it('holds out whole prompts, the same for the same seed', () => {
    const { train, heldOut, leaks } = splitPairs(PAIRS, { share: 0.2, seed: 1 });
    expect([train.length, heldOut.length, leaks]).toEqual([32, 8, 0]);
    const trained = new Set(train.map(({ prompt }) => prompt));
    expect(heldOut.some(({ prompt }) => trained.has(prompt))).toBe(false);
    expect(splitPairs(PAIRS, { share: 0.2, seed: 1 }).heldOut).toEqual(heldOut);
    expect(splitPairs(PAIRS, { share: 0.2, seed: 2 }).heldOut).not.toEqual(heldOut);
  });

  it('takes a prompt for the same but for case and white space', () => {
    const pairs = [pairOf('One  Day', 'a', 'b'), pairOf('one day', 'c', 'd'), pairOf('Later', 'e', 'f')];
    const { train, heldOut } = splitPairs(pairs, { share: 0.5, seed: 1 });
    expect([train.length, heldOut.length].sort()).toEqual([1, 2]);
  });

  it('leaves one prompt on either side', () => {
    const { train, heldOut } = splitPairs(PAIRS.slice(0, 2), { share: 0.99, seed: 1 });
    expect([train.length, heldOut.length]).toEqual([1, 1]);
  });

  it('leaves out training pairs whose prompts are evaluated on', () => {
    const evalPairs = [pairOf('prompt 3', 'x', 'y')];
    const split = splitPairs(PAIRS, { share: 0.2, seed: 1, evalPairs });
    expect(split.heldOut).toEqual(evalPairs);
    expect([split.train.length, split.leaks]).toEqual([38, 2]);
  });

  it('says what is missing', () => {
    const split = (pairs: typeof PAIRS, share = 0.2, evalPairs?: typeof PAIRS) =>
      splitPairs(pairs, { share, seed: 1, evalPairs });
    expect(() => split([])).toThrow('there are no preference pairs to train on');
    expect(() => split(PAIRS, 0.2, [])).toThrow('there are no pairs to evaluate on');
    expect(() => split(PAIRS, 0)).toThrow('a share of 0 of the prompts cannot be held out');
    expect(() => split(PAIRS, 1)).toThrow('a share of 1');
    expect(() => split([PAIRS[0], PAIRS[20]])).toThrow('all pairs have the same prompt');
    expect(() => split([PAIRS[0]], 0.2, [PAIRS[0]])).toThrow(
      'every training prompt is an evaluation prompt too',
    );
  });
});
