export { createReplay, ReplayBuffer, type ReplayState, type Transition } from './buffer.js';
export { groupBaseline } from './groupBaseline.js';
export { packReplay, unpackReplay } from './pack.js';
export { Priorities, type PriorityOptions, type PriorityState } from './priorities.js';
export {
  bootstrapsOf,
  lambdaReturns,
  nStepReturns,
  type ReturnInputs,
  returnsOf,
} from './returns.js';
export { checkTrajectory, shapeOf, type TrajectoryShape } from './trajectory.js';
export type { Trajectory } from './types.js';
