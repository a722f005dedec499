import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { pairCompletions, pairLabelled, scoresOfRanks } from '../../../src/data/index.js';

const completion = (prompt: string, reward: number, line = 1) => ({
  prompt,
  completion: ` ${prompt}${reward}`,
  reward,
  row: { line },
  line,
});

describe('pairCompletions', () => {
  it('compares any two of a prompt, and none of two', () => {
    const { pairs, skipped } = pairCompletions([
      completion('a', 1, 1),
      completion('b', 5, 2),
      completion('a', 3, 3),
      completion('b', 4.5, 4),
    ]);
    expect(pairs).toEqual([
      { prompt: 'a', chosen: ' a3', rejected: ' a1', margin: 2, row: { line: 3 }, line: 3 },
      { prompt: 'b', chosen: ' b5', rejected: ' b4.5', margin: 0.5, row: { line: 2 }, line: 2 },
    ]);
    expect(skipped).toEqual([]);
  });

  it('tells prompts apart to the letter, and conversations from texts', () => {
    const chat = { ...completion('a', 2), messages: [{ role: 'user', content: 'a' }] };
    const { pairs, skipped } = pairCompletions([completion('a', 1), completion('A', 2), chat]);
    expect(pairs).toEqual([]);
    expect(skipped.map(({ kind }) => kind)).toEqual(['alone', 'alone', 'alone']);
  });

  it('takes a difference of exactly minMargin, and no smaller one', () => {
    const { pairs, skipped } = pairCompletions(
      [completion('a', 0, 1), completion('a', 0.25, 2), completion('a', 0.5, 3)],
      { minMargin: 0.5 },
    );
    expect(pairs.map(({ margin }) => margin)).toEqual([0.5]);
    expect(skipped).toEqual([
      { line: 2, kind: 'tie', reason: 'it is nearer than 0.5 to the one at 1' },
      { line: 3, kind: 'tie', reason: 'it is nearer than 0.5 to the one at 2' },
    ]);
  });

  it('names the file where there is one', () => {
    const { pairs, skipped } = pairCompletions([
      { ...completion('a', 1), file: 'x' },
      { ...completion('a', 2), file: 'x' },
      { ...completion('b', 2), file: 'y' },
    ]);
    expect(pairs[0].file).toBe('x');
    expect(skipped[0].file).toBe('y');
  });

  it('refuses more than ten million comparisons', () => {
    const rows = Array.from({ length: 4474 }, (_, i) => completion('a', i));
    expect(() => pairCompletions(rows)).toThrow(InputError);
    expect(() => pairCompletions(rows)).toThrow(
      'make 10,006,101 comparisons, more than 10,000,000: take fewer of',
    );
  });
});

describe('pairLabelled', () => {
  it('does not compare alike labels', () => {
    const { pairs, skipped } = pairLabelled([
      completion('a', 1, 1),
      completion('a', 1, 2),
      completion('b', -1, 3),
    ]);
    expect(pairs).toEqual([]);
    expect(skipped).toEqual([
      { line: 1, kind: 'alone', reason: 'its prompt has no disliked completion' },
      { line: 2, kind: 'alone', reason: 'its prompt has no disliked completion' },
      { line: 3, kind: 'alone', reason: 'its prompt has no liked completion' },
    ]);
  });
});

describe('scoresOfRanks', () => {
  const scores = (...ranks: number[]) =>
    scoresOfRanks(ranks.map((rank) => completion('a', rank))).map(({ reward }) => reward);

  it('spreads the ranks of a prompt evenly from 1 to -1', () => {
    expect(scores(1, 2)).toEqual([1, -1]);
    expect(scores(3, 1, 2)).toEqual([-1, 1, 0]);
    expect(scores(1, 2, 3, 4, 5)).toEqual([1, 0.5, 0, -0.5, -1]);
  });

  it('gives ties one score, and leaves no room for missing ranks', () => {
    expect(scores(1, 1, 3)).toEqual([1, 1, -1]);
    expect(scores(2, 4, 8)).toEqual([1, 0, -1]);
  });

  it('gives a single rank 0', () => {
    expect(scores(1)).toEqual([0]);
    expect(scores(2, 2)).toEqual([0, 0]);
  });

  it('keeps prompts apart, and their order', () => {
    const rows = [completion('a', 2), completion('b', 1), completion('a', 1), completion('b', 5)];
    expect(scoresOfRanks(rows).map(({ prompt, reward }) => [prompt, reward])).toEqual([
      ['a', -1],
      ['b', 1],
      ['a', 1],
      ['b', -1],
    ]);
  });
});
