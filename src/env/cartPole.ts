import { z } from 'zod';
import { type RandomStream, randomStream } from '../common/index.js';
import { validate } from '../config/index.js';
import type { Environment } from './environment.js';
import { TimeLimit } from './timeLimit.js';

export const cartPoleParameters = z.strictObject({
  /** An episode is truncated after so many steps. */
  maxSteps: z.number().int().positive().default(500),
});
export type CartPoleParameters = z.input<typeof cartPoleParameters>;

/** The cart's position (m) and velocity (m/s), the pole's angle from upright (rad) and angular velocity (rad/s). */
export type CartPoleState = readonly [x: number, xDot: number, theta: number, thetaDot: number];

const actions = ['left', 'right'] as const;
const gravity = 9.8;
const poleMass = 0.1;
const totalMass = 1 + poleMass;
/** Half the pole's length, in metres. */
const length = 0.5;
const poleMassLength = poleMass * length;
/** In newtons. */
const force = 10;
/** Seconds between two states. */
const tau = 0.02;
const farthest = 2.4;
const steepest = (12 * 2 * Math.PI) / 360;

/**
 * One step of Gymnasium's CartPole-v1 (Barto, Sutton and Anderson 1983; explicit Euler, double precision).
 * @param action 0 pushes the cart to the left, 1 to the right.
 * @returns The next state, and whether it is out of bounds: the cart beyond 2.4 m or the pole beyond 12 degrees.
 */
export function cartPoleStep(
  [x, xDot, theta, thetaDot]: CartPoleState,
  action: number,
): { state: CartPoleState; reward: number; terminated: boolean } {
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)];
  const push = action === 1 ? force : -force;
  const temp = (push + poleMassLength * (thetaDot * thetaDot) * sin) / totalMass;
  const thetaAcc = (gravity * sin - cos * temp) / (length * (4 / 3 - (poleMass * (cos * cos)) / totalMass));
  const xAcc = temp - (poleMassLength * thetaAcc * cos) / totalMass;
  const state: CartPoleState = [
    x + tau * xDot,
    xDot + tau * xAcc,
    theta + tau * thetaDot,
    thetaDot + tau * thetaAcc,
  ];
  const terminated = Math.abs(state[0]) > farthest || Math.abs(state[2]) > steepest;
  return { state, reward: 1, terminated };
}

/**
 * CartPole-v1 with Gymnasium's dynamics: 1 for every step, the last one too, until the pole falls or the cart leaves,
 * and truncation after `maxSteps`. Observations are the state in single precision, `[4]`. An episode starts with
 * each number of the state drawn uniformly from [-0.05, 0.05).
 */
export function cartPole(parameters: CartPoleParameters = {}): Environment {
  const { maxSteps } = validate(cartPoleParameters, parameters, "the 'cartpole' environment");
  const limit = new TimeLimit('cartpole', actions.length, maxSteps);
  let state: CartPoleState = [0, 0, 0, 0];
  return {
    observationShape: [4],
    actions,
    reset(seed) {
      limit.begin();
      state = startState(randomStream(seed, 'cartpole'));
      return Float32Array.from(state);
    },
    step(action) {
      limit.take(action);
      const next = cartPoleStep(state, action);
      state = next.state;
      return { observation: Float32Array.from(state), reward: next.reward, ...limit.ends(next.terminated) };
    },
  };
}

function startState(random: RandomStream): CartPoleState {
  const draw = () => -0.05 + 0.1 * random.next();
  return [draw(), draw(), draw(), draw()];
}
