import type { HeadTensors } from '../../src/agent/types.js';
import { randomStream } from '../../src/common/index.js';
import type { Trajectory } from '../../src/replay/index.js';
import { advantagesOf, episodeOf, type Step, stateValueOf } from './worlds.js';

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
export function walk(start: number, first: number[], policy: () => number, most: number): Trajectory {
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

/** Uniformly random episodes, many of them cut off. */
export function randomWalks(count: number): Trajectory[] {
  const random = randomStream(5, 'walks');
  return Array.from({ length: count }, () => walk(random.int(3), [], () => random.int(2), 3));
}

/** Every state and action once, followed by the best policy: n-step returns are then unbiased. */
export function goodWalks(): Trajectory[] {
  const starts = [0, 1, 2].flatMap((state) => [0, 1].map((action) => ({ state, action })));
  return starts.map(({ state, action }) => walk(state, [action], () => 0, 10));
}

function qOf(head: HeadTensors, rows: Float32Array, state: number): number[] {
  // The states that follow are visited at several times: the middle one stands for them.
  const value = stateValueOf(head, state, 0.1);
  return Array.from(advantagesOf(head, rows, state, 2), (advantage) => value + advantage);
}

/** Largest error of a learned Q over the chain's states and actions. */
export function errorOf(head: HeadTensors, rows: Float32Array, expected: number[][]): number {
  const errors = expected.flatMap((q, state) =>
    qOf(head, rows, state).map((value, a) => Math.abs(value - q[a])),
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
