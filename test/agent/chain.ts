import type { HeadTensors, LearnerOptions } from '../../src/agent/types.js';
import { randomStream } from '../../src/common/index.js';
import { nStepReturns } from '../../src/replay/index.js';
import type { Collected } from '../replay/trajectories.js';
import { advantagesOf, d, episodeOf, type Step, stateValueOf } from './worlds.js';

/** Discount. */
export const GAMMA = 0.8;

/**
 * A chain of three states. Action 0 goes on (from the last state: to the end, with reward 1), action 1 stays, with a
 * small reward that is not worth the time.
 */
function move(state: number, action: number): { next: number; reward: number } {
  return action === 0 ? { next: state + 1, reward: state === 2 ? 1 : 0 } : { next: state, reward: 0.1 };
}

/** Q of the chain by value iteration, `[3][2]`, with some backup over the two actions of a state. */
export function valueIteration(backup: (q: number[]) => number): number[][] {
  let q = [0, 1, 2].map(() => [0, 0]);
  for (let i = 0; i < 200; i++) {
    const values = [...q.map(backup), 0];
    q = [0, 1, 2].map((state) =>
      [0, 1].map((action) => {
        const { next, reward } = move(state, action);
        return reward + GAMMA * values[next];
      }),
    );
  }
  return q;
}

/** An episode that starts with some actions and goes on by a policy, cut off after `most` steps. */
export function walk(start: number, first: number[], policy: () => number, most: number): Collected {
  const steps: Step[] = [];
  let state = start;
  while (state < 3 && steps.length < most) {
    const action = first[steps.length] ?? policy();
    const { next, reward } = move(state, action);
    steps.push({ state, action, reward });
    state = next;
  }
  return episodeOf(steps, 2, state < 3 ? state : undefined);
}

/** Random episodes, many of them cut off after `most` steps, that stay with some probability. */
export function randomWalks(count: number, most = 3, staying = 0.5): Collected[] {
  const random = randomStream(5, 'walks');
  const policy = () => (random.next() < staying ? 1 : 0);
  return Array.from({ length: count }, () => walk(random.int(3), [], policy, most));
}

/** The state of each row of a walk. */
export function statesOf({ states }: Collected): number[] {
  return Array.from({ length: states.length / d }, (_, row) =>
    states.subarray(row * d, (row + 1) * d).indexOf(1),
  );
}

/** The Q that is the mean of the uncut n-step returns that it bootstraps, over all steps of some walks. */
export function nStepFixedPoint(walks: readonly Collected[], n: number): number[][] {
  let q = [0, 1, 2].map(() => [0, 0]);
  for (let i = 0; i < 100; i++) {
    const sums = [0, 1, 2].map(() => [0, 0]);
    const counts = [0, 1, 2].map(() => [0, 0]);
    for (const walked of walks) {
      const { rewards, taken, terminated, length } = walked;
      const visited = statesOf(walked);
      const next = Array.from({ length }, (_, t) =>
        terminated && t === length - 1 ? 0 : best(q[visited[t + 1]]),
      );
      nStepReturns({ rewards, next, gamma: GAMMA }, n).forEach((y, t) => {
        sums[visited[t]][taken[t]] += y;
        counts[visited[t]][taken[t]] += 1;
      });
    }
    q = sums.map((row, state) => row.map((sum, a) => sum / counts[state][a]));
  }
  return q;
}

/** Every state and action once, followed by the best policy: n-step returns are then unbiased. */
export function goodWalks(): Collected[] {
  const starts = [0, 1, 2].flatMap((state) => [0, 1].map((action) => ({ state, action })));
  return starts.map(({ state, action }) => walk(state, [action], () => 0, 10));
}

/** Q of the chain's state, by a head. */
export function qOf(head: HeadTensors, options: LearnerOptions, state: number): number[] {
  // The states that follow are visited at several times: the middle one stands for them.
  const value = stateValueOf(head, options, state, 0.1);
  return Array.from(advantagesOf(head, options, state, 2), (advantage) => value + advantage);
}

/** Largest error of a learned Q over the chain's states and actions. */
export function errorOf(head: HeadTensors, options: LearnerOptions, expected: number[][]): number {
  const errors = expected.flatMap((q, state) =>
    qOf(head, options, state).map((value, a) => Math.abs(value - q[a])),
  );
  return Math.max(...errors);
}

/** An agent that learns the chain. */
export const jointly = {
  gamma: GAMMA,
  lr: 1e-2,
  valueLr: 1e-2,
  batchSize: 48,
  updates: 120,
  targetNetwork: { type: 'hard', every: 24 },
};

/** The backups of `dqn` and `double`, and of `soft` with beta 2. */
export const best = (q: number[]) => Math.max(...q);
export const soft = (q: number[]) => Math.log(0.5 * Math.exp(2 * q[0]) + 0.5 * Math.exp(2 * q[1])) / 2;
