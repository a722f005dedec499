export { type AdvantageSource, createActor } from './actor.js';
export { automaticOrder, type BackendName, type BackendTrial, loadBackend } from './backend.js';
export { type SteeringOptions, steerBeta } from './betaController.js';
export { type BetaPoint, type CalibrationOptions, calibrateBeta, type MeasureKl } from './calibrateBeta.js';
export { checkAgent } from './checkAgent.js';
export { denseRows, initHead, rowScaleOf } from './head.js';
export { encodeHead, readHead } from './headFile.js';
export { HeadRuntime } from './headRuntime.js';
export { type ActionSpace, headSpecOf } from './headSpec.js';
export { createLearner } from './learner.js';
export { learningRateScale } from './learningRate.js';
export {
  type CandidateRow,
  epsilonAt,
  policyAt,
  type ResolvedPolicy,
  withoutExploration,
  writeProbabilities,
} from './policies/index.js';
export {
  decodeSafetensors,
  type Metadata,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from './safetensors.js';
export type {
  HeadSpec,
  HeadTensors,
  Learner,
  LearnerOptions,
  LearnerState,
  LearnReport,
  LearnStep,
  NamedTensor,
} from './types.js';
