export { ReplayBuffer, type Transition } from './buffer.js';
export { groupBaseline } from './groupBaseline.js';
export { packTrajectories, unpackTrajectories } from './pack.js';
export {
  bootstrapsOf,
  lambdaReturns,
  nStepReturns,
  type ReturnInputs,
  returnsOf,
} from './returns.js';
export { checkTrajectory, shapeOf, type TrajectoryShape } from './trajectory.js';
export type { Trajectory } from './types.js';
