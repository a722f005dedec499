import { describe, expect, it } from 'vitest';
import {
  greedyActions,
  gridWorldModel,
  nStepFixedPoint,
  type TabularModel,
  valueIteration,
} from '../../src/env/index.js';

/** Two states before the end: action 0 goes to state 0, action 1 one state on; -1 a step, 0 for the last. */
const chain: TabularModel = {
  states: 3,
  actions: 2,
  isTerminal: (state) => state === 2,
  transition(state, action) {
    const next = action === 0 ? 0 : state + 1;
    return { next, reward: next === 2 ? 0 : -1, terminated: next === 2 };
  },
};
const endless: TabularModel = {
  states: 1,
  actions: 2,
  isTerminal: () => false,
  transition: (_, action) => ({ next: 0, reward: -1 - action, terminated: false }),
};
const uniform = [
  [0.5, 0.5],
  [0.5, 0.5],
  [0.5, 0.5],
];
const rows = (q: readonly Float64Array[]) => q.map((row) => Array.from(row));

describe('valueIteration', () => {
  it('gives the values of the 3x3 grid world', () => {
    const q = valueIteration(gridWorldModel(), { gamma: 1 });
    // A cell d steps from the goal is worth -(d - 1).
    expect(q.map((row) => Math.max(...row))).toEqual([-3, -2, -1, -2, -1, 0, -1, 0, 0]);
    expect(rows(q)).toEqual([
      [-4, -3, -4, -3],
      [-3, -2, -4, -2],
      [-2, -1, -3, -2],
      [-4, -2, -3, -2],
      [-3, -1, -3, -1],
      [-2, 0, -2, -1],
      [-3, -2, -2, -1],
      [-2, -1, -2, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('discounts', () => {
    const q = valueIteration(gridWorldModel(), { gamma: 0.9 });
    const best = q.map((row) => Math.max(...row));
    [-2.71, -1.9, -1, -1.9, -1, 0, -1, 0, 0].forEach((value, state) => {
      expect(best[state]).toBeCloseTo(value, 12);
    });
    expect(q[4][0]).toBeCloseTo(-1 + 0.9 * -1.9, 12);
    expect(rows(valueIteration(endless, { gamma: 0.5 }))[0][1]).toBeCloseTo(-2 + 0.5 * -2, 11);
  });

  it('says so when it cannot converge', () => {
    expect(() => valueIteration(endless, { gamma: 1 })).toThrow('lower gamma');
  });
});

describe('nStepFixedPoint', () => {
  it('is value iteration with one step', () => {
    const model = gridWorldModel();
    const behaviour = Array.from({ length: 9 }, () => [0.1, 0.2, 0.3, 0.4]);
    for (const gamma of [0.9, 1]) {
      expect(nStepFixedPoint(model, { gamma, n: 1, behaviour })).toEqual(valueIteration(model, { gamma }));
    }
  });

  it('pays for the exploring actions within two steps', () => {
    // With m = max_a Q(0,a) and max_a Q(1,a) = 0: Q(0,1) = -1 + (-1 + m) / 2 = m, so m = -3;
    // Q(0,0) = Q(1,0) = -1 + (-1 + m) / 2 + (-1 + 0) / 2 = -3.5.
    const q = nStepFixedPoint(chain, { gamma: 1, n: 2, behaviour: uniform });
    [
      [-3.5, -3],
      [-3.5, 0],
      [0, 0],
    ].forEach((row, state) => {
      row.forEach((value, action) => {
        expect(q[state][action]).toBeCloseTo(value, 10);
      });
    });
  });

  it('is unbiased where the behaviour is greedy', () => {
    const behaviour = [[0, 1], [0, 1], []];
    expect(nStepFixedPoint(chain, { gamma: 0.8, n: 3, behaviour })).toEqual(
      valueIteration(chain, { gamma: 0.8 }),
    );
  });

  it('agrees with every path of three actions in the grid world', () => {
    const model = gridWorldModel();
    const behaviour = Array.from({ length: 9 }, (_, s) => [0.1 + 0.01 * s, 0.4 - 0.01 * s, 0.2, 0.3]);
    const gamma = 0.95;
    const q = nStepFixedPoint(model, { gamma, n: 3, behaviour });
    const expected = (state: number, action: number, left: number): number => {
      const { next, reward, terminated } = model.transition(state, action);
      if (terminated) return reward;
      if (left === 1) return reward + gamma * Math.max(...q[next]);
      const later = behaviour[next].map((p, a) => p * expected(next, a, left - 1));
      return reward + gamma * later.reduce((sum, value) => sum + value, 0);
    };
    for (let state = 0; state < 8; state++) {
      for (let action = 0; action < 4; action++) {
        expect(q[state][action]).toBeCloseTo(expected(state, action, 3), 9);
      }
    }
    expect(q[4][3]).toBeLessThan(valueIteration(model, { gamma })[4][3] - 0.1);
  });

  it('refuses what is no policy, and no step', () => {
    const given = (behaviour: number[][]) => () => nStepFixedPoint(chain, { gamma: 1, n: 2, behaviour });
    expect(given([[0.5, 0.5], [0.5, 0.4], []])).toThrow(
      'the behaviour policy in state 1 is [0.5, 0.4], not 2 probabilities',
    );
    expect(given([[1.5, -0.5], [0.5, 0.5], []])).toThrow('in state 0');
    expect(given([[1], [0.5, 0.5], []])).toThrow('in state 0');
    expect(given([[0.5, 0.5]])).toThrow('in state 1 is []');
    expect(() => nStepFixedPoint(chain, { gamma: 1, n: 0, behaviour: uniform })).toThrow('at least 1 step');
  });
});

describe('greedyActions', () => {
  it('keeps all that tie', () => {
    const greedy = greedyActions(valueIteration(gridWorldModel(), { gamma: 1 }));
    expect(greedy).toEqual([[1, 3], [1, 3], [1], [1, 3], [1, 3], [1], [3], [3], [0, 1, 2, 3]]);
    expect(greedyActions([[1, 1 - 1e-12, 0]])).toEqual([[0, 1]]);
    expect(greedyActions([[1, 0.99, 0]])).toEqual([[0]]);
    expect(greedyActions([Float32Array.of(1, 0.99, 0)], 0.02)).toEqual([[0, 1]]);
  });
});
