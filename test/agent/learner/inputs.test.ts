import { expect, it } from 'vitest';
import { stateInputs } from '../../../src/agent/learner/inputs.js';
import { someTrajectory } from '../../replay/trajectories.js';

const input = { mean: Float32Array.of(1, 10), scale: Float32Array.of(2, 0.5) };
const trajectory = someTrajectory(2, { states: Float32Array.of(2, 14, 0, 10), start: 3, horizon: 8 });
const states = [1, 0].map((step) => ({ trajectory, step }));

it('standardises states', () => {
  expect([...stateInputs(states, input, 2)]).toEqual([-2, 0, 2, 2]);
});

it('tells a wider net how far the whole episode is', () => {
  // The piece begins at step 3 of at most 8.
  expect([...stateInputs(states, input, 3)]).toEqual([-2, 0, 4 / 8, 2, 2, 3 / 8]);
});
