import { describe, expect, it } from 'vitest';
import type { ReturnsConfig } from '../../src/config/index.js';
import { bootstrapsOf, lambdaReturns, nStepReturns, returnsOf } from '../../src/replay/index.js';

// Three steps; the states after them are worth 10, 20 and, where the episode was cut off, 30.
const rewards = [1, 2, 3];
const terminated = { rewards, next: [10, 20, 0], gamma: 0.5 };
const truncated = { rewards, next: [10, 20, 30], gamma: 0.5 };
const costs = [100, 0.4, 0.8];

function close(actual: ArrayLike<number>, expected: number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 10);
  });
}

describe('lambdaReturns', () => {
  it('is one-step at lambda 0', () => {
    close(lambdaReturns(terminated, 0), [1 + 5, 2 + 10, 3]);
    close(lambdaReturns(truncated, 0), [6, 12, 3 + 15]);
  });

  it('is the whole episode at lambda 1', () => {
    close(lambdaReturns(terminated, 1), [1 + 0.5 * 3.5, 2 + 0.5 * 3, 3]);
    close(lambdaReturns(truncated, 1), [1 + 0.5 * 11, 2 + 0.5 * 18, 18]);
  });

  it('mixes both in between', () => {
    const y1 = 2 + 0.5 * (0.75 * 20 + 0.25 * 3);
    close(lambdaReturns(terminated, 0.25), [1 + 0.5 * (0.75 * 10 + 0.25 * y1), y1, 3]);
  });

  it('charges the cost of later states to the steps before them', () => {
    const y1 = 2 + 0.5 * (3 - 0.8);
    close(lambdaReturns({ ...terminated, costs }, 1), [1 + 0.5 * (y1 - 0.4), y1, 3]);
    // A bootstrap value has the cost of its state in it already.
    close(lambdaReturns({ ...terminated, costs }, 0), [6, 12, 3]);
  });
});

describe('nStepReturns', () => {
  it('bootstraps after n steps, or where a truncated episode stops', () => {
    close(nStepReturns(truncated, 1), [6, 12, 18]);
    close(nStepReturns(truncated, 2), [1 + 1 + 5, 2 + 1.5 + 7.5, 18]);
    close(nStepReturns(terminated, 2), [7, 3.5, 3]);
  });

  it('is the whole episode when n is large', () => {
    close(nStepReturns(truncated, 99), [...lambdaReturns(truncated, 1)]);
  });

  it('charges the costs between the first state and the last', () => {
    close(nStepReturns({ ...terminated, costs }, 2), [
      1 + 0.5 * (2 - 0.4) + 0.25 * 20,
      2 + 0.5 * (3 - 0.8),
      3,
    ]);
  });
});

describe('returnsOf', () => {
  it('takes the return that is named', () => {
    close(returnsOf({ type: 'one-step' }, truncated), [6, 12, 18]);
    close(returnsOf({ type: 'n-step', n: 2 }, truncated), [7, 11, 18]);
    close(returnsOf({ type: 'lambda', lambda: 0.25 }, terminated), [...lambdaReturns(terminated, 0.25)]);
    close(returnsOf({ type: 'episode' }, truncated), [6.5, 11, 18]);
  });
});

describe('bootstrapsOf', () => {
  const configs: ReturnsConfig[] = [
    { type: 'one-step' },
    { type: 'n-step', n: 2 },
    { type: 'lambda', lambda: 0.5 },
    { type: 'lambda', lambda: 1 },
    { type: 'episode' },
  ];

  it.each(configs)('says which bootstrap values the return reads: %j', (config) => {
    for (let t = 0; t < 3; t++) {
      const { first, last } = bootstrapsOf(config, t, 3);
      const without = returnsOf(config, { ...truncated, next: [0, 0, 0] })[t];
      for (let i = 0; i < 3; i++) {
        const next = [0, 0, 0];
        next[i] = 1;
        const changed = returnsOf(config, { ...truncated, next })[t] !== without;
        expect(changed).toBe(i >= first && i <= last);
      }
    }
  });
});
