import { beforeAll, describe, expect, it } from 'vitest';
import { type Backend, loadBackend } from '../../../src/agent/compute/backend.js';
import { LearnerCore } from '../../../src/agent/learner/learnerCore.js';
import type { Trajectory } from '../../../src/replay/index.js';
import {
  best,
  errorOf,
  goodWalks,
  jointly,
  nStepFixedPoint,
  randomWalks,
  soft,
  valueIteration,
} from '../chain.js';
import { learnerOptions, twoActions } from '../worlds.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('wasm');
});

/** Walks that explore so much that returns of several steps are far from those of the best policy. */
const longWalks = randomWalks(60, 10, 0.8);

/** A run on the chain; by default a tied head, from random walks, towards the best policy. */
interface Run {
  agent: object;
  more?: object;
  space?: object;
  backup?: (q: number[]) => number;
  walks?: Trajectory[];
}

/** Learns for some steps of `jointly.updates` each, slowly at the end; the largest error of Q. */
async function errorAfter(run: Run, expected?: number[][], steps = 5): Promise<number> {
  const { agent, more, space, backup = best, walks = randomWalks(100) } = run;
  const options = learnerOptions({ ...jointly, ...agent }, more, space);
  const learner = new LearnerCore(backend, options);
  let report = await learner.learn(walks, 0);
  for (let i = 1; i < steps; i++) {
    report = await learner.learn([walks[0]], i, {
      progress: i / steps,
      rate: [0.05, 0.2][steps - 1 - i] ?? 1,
    });
  }
  learner.dispose();
  expect(report.updates).toBe(steps * 120);
  return errorOf(report.head, options, expected ?? valueIteration(backup));
}

const dqn = { target: { type: 'dqn' }, returns: { type: 'one-step' } };
const double = { ...dqn, target: { type: 'double' } };
const fiveSteps = { type: 'n-step', n: 5, traces: 'watkins' };
const quantile = { type: 'quantile', quantiles: 8 };
const hlGauss = { type: 'hl-gauss', bins: 51, min: -0.5, max: 1.5 };
const prioritised = { replay: { type: 'prioritised' } };
const epsilon = { start: 0.4, end: 0.4, draw: 'uniform' };

const runs: [string, Run][] = [
  ['dqn, one step', { agent: dqn }],
  ['double, one step', { agent: double }],
  ['soft, one step', { agent: { ...dqn, target: { type: 'soft', beta: 2 } }, backup: soft }],
  ['expected of the greedy policy', { agent: { ...dqn, target: { type: 'expected', policy: 'greedy' } } }],
  [
    'expected of the policy that acts, which explores',
    {
      agent: { ...dqn, target: { type: 'expected' } },
      more: { policy: { type: 'epsilon-greedy', epsilon } },
      backup: ([a, b]) => 0.8 * Math.max(a, b) + 0.2 * Math.min(a, b),
    },
  ],
  ['dqn, n steps', { agent: { ...dqn, returns: { type: 'n-step', n: 2 } }, walks: goodWalks() }],
  ['double, lambda', { agent: { ...double, returns: { type: 'lambda', lambda: 0.5 } }, walks: goodWalks() }],
  ['dqn, whole episodes', { agent: { ...dqn, returns: { type: 'episode' } }, walks: goodWalks() }],
  [
    'dqn with a huber loss and a Polyak target',
    {
      agent: {
        ...dqn,
        loss: { type: 'huber', delta: 0.5 },
        targetNetwork: { type: 'polyak', rate: 0.05 },
      },
    },
  ],
  ['dqn, five steps cut at exploring actions', { agent: { ...dqn, returns: fiveSteps }, walks: longWalks }],
  [
    'double, a lambda of 1 cut at exploring actions',
    { agent: { ...double, returns: { type: 'lambda', lambda: 1, traces: 'watkins' } }, walks: longWalks },
  ],
  [
    'dqn, lambda cut at exploring actions',
    { agent: { ...dqn, returns: { type: 'lambda', lambda: 0.7, traces: 'watkins' } }, walks: longWalks },
  ],
  ['dqn, twin', { agent: { ...dqn, twin: true } }],
  ['double, twin', { agent: { ...double, twin: true } }],
  ['not dueling', { agent: { ...dqn, head: { dueling: false } } }],
  ['dqn, quantiles', { agent: { ...dqn, critic: quantile } }],
  ['double, bins', { agent: { ...double, critic: hlGauss } }],
  ['a dense head', { agent: dqn, space: twoActions }],
  [
    'a dense head that is not dueling, twin and by n steps',
    { agent: { ...double, twin: true, head: { dueling: false }, returns: fiveSteps }, space: twoActions },
  ],
  [
    'prioritised, twin, quantiles and n steps together',
    { agent: { ...double, twin: true, critic: quantile, returns: fiveSteps }, more: prioritised },
  ],
  [
    'prioritised, twin, bins, lambda and a huber loss together, on a dense head',
    {
      agent: {
        ...dqn,
        twin: true,
        critic: hlGauss,
        returns: { type: 'lambda', lambda: 0.7, traces: 'watkins' },
        loss: { type: 'huber' },
      },
      more: prioritised,
      space: twoActions,
    },
  ],
];

describe('learning Q of a chain', () => {
  it.each(runs)('converges to value iteration: %s', async (_, run) => {
    expect(await errorAfter(run)).toBeLessThan(0.05);
  });

  it('comes to the fixed point of uncut returns, where they are not cut', async () => {
    const run = {
      agent: { ...dqn, returns: { ...fiveSteps, traces: 'uncut' } },
      space: twoActions,
      walks: longWalks,
    };
    const fixedPoint = nStepFixedPoint(longWalks, 5);
    expect(await errorAfter(run, fixedPoint, 6)).toBeLessThan(0.05);
    const off = valueIteration(best).flatMap((q, state) => q.map((x, a) => x - fixedPoint[state][a]));
    // Exploring actions lower the returns.
    expect(Math.max(...off)).toBeGreaterThan(0.1);
  });
});
