export { type Candidates, candidatesOf } from './candidates.js';
export {
  type CartPoleParameters,
  type CartPoleState,
  cartPole,
  cartPoleStep,
} from './cartPole.js';
export { type CheckEnvOptions, checkEnv, type EnvSummary } from './checkEnvironment.js';
export { type ChoiceOptions, choose } from './choose.js';
export {
  builtInEnvironments,
  createEnvironment,
  type EnvironmentContext,
  type EnvironmentSpec,
} from './createEnvironment.js';
export { type DialogueOptions, type DialogueScript, dialogue } from './dialogue.js';
export type { Environment, EnvironmentMaker, StepResult } from './environment.js';
export { klDivergence } from './episodeRecorder.js';
export {
  type GridWorldModel,
  type GridWorldParameters,
  gridWorld,
  gridWorldModel,
} from './gridWorld.js';
export { draw, type RolloutOptions, rollout } from './rollout.js';
export { stopAt } from './stopAt.js';
export type { TabularModel, Transition } from './tabularModel.js';
export type { Actor, StateBatch, TextEpisode } from './types.js';
export {
  greedyActions,
  type NStepOptions,
  nStepFixedPoint,
  type ValueIterationOptions,
  valueIteration,
} from './valueIteration.js';
export { VectorEnvironment, type VectorStep } from './vectorEnvironment.js';
export { worldBatch, worldSeed } from './worldBatch.js';
