import { describe, expect, it } from 'vitest';
import { type Pooling, pooledScore, poolingOf } from '../../../src/reward/index.js';

/** The states before two tokens and behind the second, of two numbers each. */
const STATES = Float32Array.of(9, -9, 1, 2, 3, 6);
/** The states of an empty completion. */
const EMPTY = Float32Array.of(9, -9);

const rowsOf = (pooling: Pooling, states: Float32Array) => [...pooling.rows(states)];

/** The score where the net adds up its inputs, `k` times for its `k`-th output. */
function scoreOf(pooling: Pooling, states: Float32Array): number {
  return pooledScore(
    summed(pooling, pooling.rows(states)),
    pooling.weights(pooling.rows(states).length / pooling.inputs),
  );
}

function summed({ inputs, outputs }: Pooling, rows: Float32Array): Float32Array {
  return Float32Array.from({ length: (rows.length / inputs) * outputs }, (_, i) => {
    const row = Math.floor(i / outputs);
    return (1 + (i % outputs)) * rows.slice(row * inputs, (row + 1) * inputs).reduce((a, b) => a + b, 0);
  });
}

describe('without hidden layers', () => {
  it.each([
    ['mean', [2, 4], [9, -9]],
    ['last', [3, 6], [9, -9]],
    ['both', [2, 4, 3, 6], [9, -9, 9, -9]],
  ] as const)('pools the states behind the tokens: %s', (pooling, expected, empty) => {
    const pooled = poolingOf({ pooling, hidden: [] }, 2);
    expect([pooled.inputs, pooled.outputs]).toEqual([expected.length, 1]);
    expect(rowsOf(pooled, STATES)).toEqual([...expected]);
    expect(rowsOf(pooled, EMPTY)).toEqual([...empty]);
  });
});

describe('with hidden layers', () => {
  it.each([
    // (1 + 2 + 3 + 6) / 2; the last one adds twice 3 + 6 where there is a second output.
    ['mean', [1, 2, 3, 6], 6, 0],
    ['last', [3, 6], 9, 0],
    ['both', [1, 2, 3, 6], 24, 0],
  ] as const)('reads states and pools what is made of them: %s', (pooling, rows, score, empty) => {
    const pooled = poolingOf({ pooling, hidden: [4] }, 2);
    expect(pooled.inputs).toBe(2);
    expect(rowsOf(pooled, STATES)).toEqual([...rows]);
    expect(rowsOf(pooled, EMPTY)).toEqual([9, -9]);
    expect(scoreOf(pooled, STATES)).toBe(score);
    expect(scoreOf(pooled, EMPTY)).toBe(empty);
  });
});

describe('prefixes', () => {
  it.each([
    ['mean', [], [0, 3, 6]],
    ['last', [], [0, 3, 9]],
    ['both', [], [0, 6, 15]],
    ['mean', [4], [0, 3, 6]],
    ['last', [4], [0, 3, 9]],
    ['both', [4], [0, 9, 24]],
  ] as const)('are scored one by one: %s of %j', (pooling, hidden, expected) => {
    const pooled = poolingOf({ pooling, hidden: [...hidden] }, 2);
    const scores = [...pooled.prefixScores(summed(pooled, pooled.prefixRows(STATES)))];
    expect(scores).toEqual([...expected]);
    expect(scores[2]).toBe(scoreOf(pooled, STATES));
    expect(scores[1]).toBe(scoreOf(pooled, STATES.slice(0, 4)));
    expect(scores[0]).toBe(scoreOf(pooled, EMPTY));
  });
});
