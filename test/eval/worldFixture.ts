import type { WorldReportData } from '../../src/eval/report/world/data.js';
import type { StepMetrics, WorldEvaluation } from '../../src/eval/types.js';
import type { CellView, GridWorldView } from '../../src/sample/index.js';
import { around } from './reportFixture.js';

const actions = ['up', 'down', 'left', 'right'];

/** Metrics of a run that learns Q jointly, evaluated every second step. */
export function fakeWorldSteps(count: number): StepMetrics[] {
  return Array.from({ length: count }, (_, i) => ({
    step: i + 1,
    environmentSteps: 64 * (i + 1),
    // No episode ended in the first step.
    ...(i > 0 && { reward: -20 + i, length: 21 - i }),
    kl: 1,
    loss: 0.5 / (i + 1),
    valueLoss: 0.5 / (i + 1),
    gradNorm: 0.1,
    epsilon: 1 - i / count,
    episodes: 3,
    ...(i % 2 === 1 && { evalReward: -10 + i }),
    seconds: 0.5 * (i + 1),
    stepsPerSecond: 128,
  }));
}

export function fakeWorldEvaluation(changes: Partial<WorldEvaluation> = {}): WorldEvaluation {
  return {
    random: { return: around(-21.5, 4), length: 22.5 },
    trained: { return: around(-1, 0), length: 2 },
    episodes: 100,
    steps: 2450,
    seconds: 0.3,
    ...changes,
  };
}

/** A grid whose exact Q is minus the number of the cell and action, and whose learned Q is 0.25 less in one place. */
export function fakeGrid(size = 3): GridWorldView {
  const cells = Array.from({ length: size * size - 1 }, (_, state): CellView => {
    const exact = actions.map((_, a) => -(state + a) / 2);
    const q = exact.map((value, a) => (state === 1 && a === 2 ? value - 0.25 : value));
    const greedy = state === 0 ? ['up', 'right'] : ['up'];
    const cell: CellView['cell'] = [Math.floor(state / size), state % size];
    return { cell, value: -state, q, greedy, optimal: { q: exact, greedy: ['up'] } };
  });
  return {
    environment: 'gridworld',
    size,
    gamma: 0.9,
    actions,
    start: [1, 1],
    goal: [size - 1, size - 1],
    cells,
    largestDifference: { difference: 0.25, cell: [0, 1], action: 'left' },
    optimalCells: size * size - 2,
  };
}

/** A whole report's data. */
export function fakeWorldReport(changes: Partial<WorldReportData> = {}): WorldReportData {
  return {
    title: 'double target on gridworld',
    createdAt: '2026-11-02T14:03:27.000Z',
    summary: {
      environment: 'gridworld, copies 8',
      head: 'dense, hidden layers 32',
      target: 'double, one-step returns, gamma 0.9',
      policy: 'epsilon-greedy, 1 to 0.1, linear',
      steps: 40,
      environmentSteps: 2560,
      seconds: 3,
      seed: 0,
    },
    steps: fakeWorldSteps(10),
    evaluation: fakeWorldEvaluation(),
    grid: fakeGrid(),
    config: 'env:\n  type: gridworld\n',
    ...changes,
  };
}
