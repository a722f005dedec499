export { type EvaluateRunOptions, evaluateRun } from './evaluateRun.js';
export { type EvaluateTrainedOptions, evaluateTrained } from './evaluateTrained.js';
export type { TrainObserver, TrainPhase } from './observer.js';
export { defaultOut, resolveTraining, type TrainingRequest } from './resolve.js';
export { loadPromptSets } from './setup.js';
export { type TrainOptions, type TrainResult, train } from './train.js';
