import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReturnsConfig, runConfig } from '../../src/config/index.js';
import {
  bootstrapsOf,
  cutsTraces,
  lambdaReturns,
  nStepReturns,
  type ReturnInputs,
  returnsOf,
} from '../../src/replay/index.js';

// Three steps; the states after them are worth 10, 20 and, where the episode was cut off, 30.
const rewards = [1, 2, 3];
const terminated = { rewards, next: [10, 20, 0], gamma: 0.5 };
const truncated = { rewards, next: [10, 20, 30], gamma: 0.5 };
const costs = [100, 0.4, 0.8];

/** A configuration of returns, with its defaults. */
const config = (keys: object): ReturnsConfig => runConfig.parse({ agent: { returns: keys } }).agent.returns;

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

describe('traces cut at exploring actions', () => {
  const { rewards, next } = { rewards: [1, 2, 4, 8], next: [10, 20, 30, 0] };
  const inputs = (...exploring: number[]) => ({
    rewards,
    next,
    gamma: 0.5,
    exploring: exploring.map((is) => is === 1),
  });

  it('end an n-step return before the first later one', () => {
    // Uncut: 1 + 1 + 1 + 30 / 8, 2 + 2 + 2, 4 + 4, 8.
    close(nStepReturns(inputs(0, 0, 0, 0), 3), [6.75, 6, 8, 8]);
    close(nStepReturns(inputs(0, 0, 1, 0), 3), [1 + 1 + 20 / 4, 2 + 10, 8, 8]);
    close(nStepReturns(inputs(0, 1, 0, 1), 3), [1 + 5, 2 + 2 + 30 / 4, 4 + 15, 8]);
    close(nStepReturns(inputs(1, 1, 1, 1), 3), [6, 12, 19, 8]);
  });

  it("are not cut by the step's own action", () => {
    close(nStepReturns(inputs(1, 0, 0, 0), 3), [6.75, 6, 8, 8]);
    close(lambdaReturns(inputs(1, 0, 0, 0), 1), [1 + 3, 2 + 4, 4 + 4, 8]);
  });

  it('end a lambda-return there, also at lambda 1', () => {
    const y2 = 4 + 0.5 * (0.75 * 30 + 0.25 * 8);
    const y0 = 1 + 0.5 * (0.75 * 10 + 0.25 * (2 + 0.5 * 20));
    close(lambdaReturns(inputs(0, 0, 1, 0), 0.25), [y0, 12, y2, 8]);
    close(lambdaReturns(inputs(0, 0, 1, 0), 1), [1 + 6, 12, 8, 8]);
    close(lambdaReturns(inputs(0, 0, 0, 1), 1), [1 + 0.5 * (2 + 0.5 * 19), 2 + 0.5 * 19, 19, 8]);
  });

  it('charge the costs of the states before the cut', () => {
    const costs = [100, 0.4, 0.8, 1.6];
    close(nStepReturns({ ...inputs(0, 0, 1, 0), costs }, 4), [
      1 + 0.5 * (2 - 0.4) + 5,
      12,
      4 + 0.5 * (8 - 1.6),
      8,
    ]);
  });
});

describe('any return', () => {
  const number = fc.double({ min: -5, max: 5, noNaN: true });
  const step = fc.record({ reward: number, next: number, cost: number, exploring: fc.boolean() });
  const episode = fc.array(step, { minLength: 1, maxLength: 8 }).map((steps) => ({
    rewards: steps.map(({ reward }) => reward),
    next: steps.map(({ next }) => next),
    costs: steps.map(({ cost }) => cost),
    exploring: steps.map(({ exploring }) => exploring),
  }));
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  /** Steps from `t` to the end, or to the first later exploring action. */
  function stepsLeft({ rewards, exploring }: ReturnInputs, t: number): number {
    for (let i = t + 1; i < rewards.length; i++) if (exploring?.[i]) return i - t;
    return rewards.length - t;
  }

  /** The sum of the first `n` discounted rewards less costs, and of what the state after them is worth. */
  function sumOf({ rewards, next, costs, gamma }: ReturnInputs, t: number, n: number): number {
    let sum = gamma ** n * next[t + n - 1];
    for (let i = 0; i < n; i++) sum += gamma ** i * (rewards[t + i] - (i > 0 ? (costs?.[t + i] ?? 0) : 0));
    return sum;
  }

  it('of n steps is that of its definition', () => {
    fc.assert(
      fc.property(episode, share, fc.integer({ min: 1, max: 9 }), (steps, gamma, n) => {
        const inputs = { ...steps, gamma };
        const expected = inputs.rewards.map((_, t) => sumOf(inputs, t, Math.min(n, stepsLeft(inputs, t))));
        close(nStepReturns(inputs, n), expected);
      }),
    );
  });

  it('by lambda is the mixture of those of all numbers of steps', () => {
    fc.assert(
      fc.property(episode, share, share, (steps, gamma, lambda) => {
        const inputs = { ...steps, gamma };
        const expected = inputs.rewards.map((_, t) => {
          const most = stepsLeft(inputs, t);
          let y = lambda ** (most - 1) * sumOf(inputs, t, most);
          for (let n = 1; n < most; n++) y += (1 - lambda) * lambda ** (n - 1) * sumOf(inputs, t, n);
          return y;
        });
        close(lambdaReturns(inputs, lambda), expected);
      }),
    );
  });
});

describe('returnsOf', () => {
  it('takes the return that is named', () => {
    close(returnsOf(config({ type: 'one-step' }), truncated), [6, 12, 18]);
    close(returnsOf(config({ type: 'n-step', n: 2 }), truncated), [7, 11, 18]);
    close(returnsOf(config({ type: 'lambda', lambda: 0.25 }), terminated), [
      ...lambdaReturns(terminated, 0.25),
    ]);
    close(returnsOf(config({ type: 'episode' }), truncated), [6.5, 11, 18]);
  });
});

describe('cutsTraces', () => {
  it.each(['n-step', 'lambda'])('is for %s returns whose traces are watkins', (type) => {
    expect(cutsTraces(config({ type, traces: 'watkins' }))).toBe(true);
    expect(cutsTraces(config({ type }))).toBe(false);
  });

  it('is not for the others', () => {
    for (const type of ['one-step', 'episode']) expect(cutsTraces(config({ type }))).toBe(false);
  });
});

describe('bootstrapsOf', () => {
  const configs = [
    { type: 'one-step' },
    { type: 'n-step', n: 2 },
    { type: 'n-step', n: 5 },
    { type: 'lambda', lambda: 0.5 },
    { type: 'lambda', lambda: 1 },
    { type: 'lambda', lambda: 0 },
    { type: 'episode' },
    { type: 'n-step', n: 2, traces: 'watkins' },
    { type: 'n-step', n: 5, traces: 'watkins' },
    { type: 'lambda', lambda: 0.5, traces: 'watkins' },
    { type: 'lambda', lambda: 1, traces: 'watkins' },
  ];
  /** Every way in which two later actions can be exploring ones. */
  const cuts = [0, 1, 2, 3].map((bits) => [false, (bits & 1) > 0, (bits & 2) > 0]);

  it.each(configs)('says which bootstrap values the return reads: %j', (keys) => {
    const returns = config(keys);
    for (let t = 0; t < 3; t++) {
      const read = [0, 1, 2].filter((i) =>
        (cutsTraces(returns) ? cuts : [undefined]).some((exploring) => {
          const zero = { ...truncated, ...(exploring && { exploring }), next: [0, 0, 0] };
          const changed = { ...zero, next: zero.next.with(i, 1) };
          return returnsOf(returns, changed)[t] !== returnsOf(returns, zero)[t];
        }),
      );
      expect({ first: Math.min(...read), last: Math.max(...read) }).toEqual(bootstrapsOf(returns, t, 3));
    }
  });
});
