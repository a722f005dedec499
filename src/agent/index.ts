export { type AdvantageSource, createActor } from './actor.js';
export { type SteeringOptions, steerBeta } from './betaController.js';
export { type BetaPoint, type CalibrationOptions, calibrateBeta, type MeasureKl } from './calibrateBeta.js';
export {
  automaticOrder,
  type BackendName,
  type BackendTrial,
  loadBackend,
  type Tf,
} from './compute/backend.js';
export { initHead } from './head/head.js';
export { encodeHead, readHead } from './head/headFile.js';
export { HeadRuntime } from './head/headRuntime.js';
export { type ActionSpace, headSpecOf } from './head/headSpec.js';
export { denseRows, loadedRows, rowScaleOf } from './head/rowSource.js';
export { Adam } from './learner/adam.js';
export { checkAgent } from './learner/checkAgent.js';
export { createLearner } from './learner/learner.js';
export { learningRateScale } from './learner/learningRate.js';
export { Net } from './learner/net.js';
export {
  type CandidateRow,
  epsilonAt,
  policyAt,
  type ResolvedPolicy,
  withoutExploration,
  writeProbabilities,
} from './policies/index.js';
export type {
  HeadSpec,
  HeadTensors,
  Learner,
  LearnerOptions,
  LearnerState,
  LearnReport,
  LearnStep,
  RowSource,
} from './types.js';
