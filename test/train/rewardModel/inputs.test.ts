import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lm } from '../../../src/lm/index.js';
import { bagOfWords, longerWins } from '../../../src/train/rewardModel/bagOfWords.js';
import { indexCompletions } from '../../../src/train/rewardModel/completions.js';
import { dropOut } from '../../../src/train/rewardModel/dropout.js';
import { standardise } from '../../../src/train/rewardModel/standardise.js';
import { openStories } from '../../support/lm.js';
import { pairOf } from './pairs.js';

describe('indexCompletions', () => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openStories();
  });
  afterAll(() => lm.close());

  const plain = { margin: 'none', labels: 'hard' } as const;
  const index = (
    train: ReturnType<typeof pairOf>[],
    settings: Parameters<typeof indexCompletions>[2] = plain,
  ) => indexCompletions(lm, { train, heldOut: [pairOf('Then', ' yes.', ' no.')] }, settings);

  it('reads every completion of a prompt once', () => {
    const pairs = [pairOf('One day', ' a', ' b'), pairOf('One day', ' a', ' c'), pairOf('Later', ' a', '')];
    const { train, heldOut, sequences, unread } = index(pairs);
    expect(train.map(({ chosen, rejected }) => [chosen, rejected])).toEqual([
      [0, 1],
      [0, 2],
      [3, 4],
    ]);
    expect(heldOut.map(({ chosen, rejected }) => [chosen, rejected])).toEqual([[5, 6]]);
    expect([sequences.length, unread]).toEqual([7, 0]);
    expect(sequences[4].completion).toEqual([]);
  });

  it('leaves out pairs that the model cannot tell apart or begin', () => {
    const long = ' so'.repeat(400);
    const pairs = [
      pairOf('One day', ' a', ' b'),
      pairOf('', ' a', ' b'),
      pairOf('One day', `${long} good`, `${long} bad`),
    ];
    const { train, unread } = index(pairs);
    expect([train.length, unread]).toEqual([1, 2]);
    expect(() => index(pairs.slice(1))).toThrow('no training pair is left');
  });

  it('takes margins and labels from the column', () => {
    const pairs = [
      pairOf('One day', ' a', ' b', { margin: 1 }),
      pairOf('One day', ' a', ' c', { margin: 7 }),
    ];
    const of = (settings: Parameters<typeof indexCompletions>[2]) =>
      index(pairs, settings).train.map(({ label, margin }) => [label, margin]);
    expect(of(plain)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(of({ margin: 0.5, labels: 'hard' })).toEqual([
      [1, 0.5],
      [1, 0.5],
    ]);
    expect(of({ margin: 'column', labels: 'hard' })).toEqual([
      [1, 1],
      [1, 7],
    ]);
    // The root of the mean square is 5: log-odds of 2 / 5 and 14 / 5.
    const [[first], [second]] = of({ margin: 'none', labels: 'soft' });
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-0.4)), 10);
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-2.8)), 10);
  });

  it('names the pair that has no margin', () => {
    const pairs = [
      pairOf('One day', ' a', ' b', { margin: 1 }),
      pairOf('One day', ' a', ' c', { line: 12, file: 'pairs.jsonl' }),
    ];
    expect(() => index(pairs, { margin: 'column', labels: 'hard' })).toThrow(
      'pairs.jsonl:12: the pair has no margin, which margin: column needs',
    );
    expect(() => index(pairs, { margin: 'none', labels: 'soft' })).toThrow('which labels: soft needs');
    const zero = [pairOf('One day', ' a', ' b', { margin: 0 })];
    expect(() => index(zero, { margin: 'none', labels: 'soft' })).toThrow('a margin of 0 in every pair');
  });
});

describe('bagOfWords', () => {
  const indexed = (chosen: string, rejected: string, first: number) => ({
    ...{ pair: pairOf('p', chosen, rejected), chosen: first, rejected: first + 1 },
    ...{ label: 1, margin: 0 },
  });

  it('counts the words and marks that stand in two training completions', () => {
    const train = [indexed('The cat! The end', 'the dog', 0), indexed('A cat!', 'no', 2)];
    const bag = bagOfWords(train, [indexed('cat, cat! the', 'unknown', 4)]);
    expect(bag.inputs).toBe(3);
    const counts = (completion: number) => [...bag.rows(completion)].sort();
    expect(counts(0)).toEqual([1, 1, 2]);
    expect(counts(4)).toEqual([1, 1, 2]);
    expect(counts(5)).toEqual([0, 0, 0]);
    expect(bag.rows(0)).not.toEqual(bag.rows(4));
  });
});

it('longerWins compares lengths', () => {
  const lengths = [pairOf('p', 'long', 'no'), pairOf('p', 'no', 'long'), pairOf('p', 'ab', 'cd')];
  expect(lengths.map(longerWins)).toEqual([1, 0, 0.5]);
});

describe('standardise', () => {
  it('measures some completions and changes all', () => {
    const rows = [Float32Array.of(1, 10, 3, 10), Float32Array.of(5, 10), Float32Array.of(9, 11)];
    const tensors = standardise(rows, 2, new Set([0, 1]));
    // 1, 3, 5: mean 3, deviation sqrt(8 / 3); the constant column counts as 0.1 of the mean deviation, half of that.
    const deviation = Math.sqrt(8 / 3);
    expect([...tensors['input.mean'].data]).toEqual([3, 10]);
    expect(tensors['input.scale'].data[0]).toBeCloseTo(1 / deviation, 5);
    expect(tensors['input.scale'].data[1]).toBeCloseTo(1 / (0.05 * deviation), 4);
    expect([...rows[0]].map((value) => Math.round(value * 1e4))).toEqual([-12247, 0, 0, 0]);
    expect(rows[2][0]).toBeCloseTo(6 / deviation, 5);
  });

  it('leaves rows alone that are all the same', () => {
    const rows = [Float32Array.of(2, 2)];
    expect([...standardise(rows, 2, new Set([0]))['input.scale'].data]).toEqual([1, 1]);
  });
});

describe('dropOut', () => {
  it('keeps the mean, drops its share, and repeats', () => {
    const dropped = (seed: number) => {
      const numbers = new Float32Array(20_000).fill(1);
      dropOut(numbers, 0.25, seed);
      return numbers;
    };
    const numbers = dropped(7);
    expect(new Set(numbers)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(numbers.filter((value) => value === 0).length / numbers.length).toBeCloseTo(0.25, 1);
    expect(numbers.reduce((a, b) => a + b, 0) / numbers.length).toBeCloseTo(1, 1);
    expect(dropped(7)).toEqual(numbers);
    expect(dropped(8)).not.toEqual(numbers);
  });
});
