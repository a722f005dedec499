export { createReplay, ReplayBuffer, type ReplayState, type Transition } from './buffer.js';
export { groupBaseline } from './groupBaseline.js';
export {
  checkMemory,
  describeMemory,
  type ReplayMemory,
  type ReplayShape,
  replayMemory,
} from './memory.js';
export { packReplay, unpackReplay } from './pack.js';
export { Priorities, type PriorityOptions, type PriorityState } from './priorities.js';
export {
  bootstrapsOf,
  cutsTraces,
  lambdaReturns,
  nStepReturns,
  type ReturnInputs,
  returnsOf,
} from './returns.js';
export { readState } from './states.js';
export { checkTrajectory, shapeOf, type TrajectoryShape } from './trajectory.js';
export type { Float16States, States, Trajectory } from './types.js';
