/**
 * TokenQ as a library: fine-tune a text generator without touching its weights.
 * @packageDocumentation
 */
export { InputError, Interrupted } from './common/index.js';
export { loadConfig, type RunConfig, runConfig } from './config/index.js';
export { loadPrompts, type PromptRow } from './data/index.js';
export { type Evaluation, type Interval, renderReport, type StepMetrics } from './eval/index.js';
export { type ChatMessage, type Lm, type LmInfo, openLm } from './lm/index.js';
export { checkReward, createReward, type RewardItem, type RewardModel } from './reward/index.js';
export {
  type CandidateView,
  type Inspection,
  type InspectOptions,
  inspect,
  type Sample,
  type SampleOptions,
  Sampler,
  type StepView,
  tokenizePrompts,
} from './sample/index.js';
export {
  type EvaluateTrainedOptions,
  evaluateTrained,
  type TrainObserver,
  type TrainOptions,
  type TrainResult,
  train,
} from './train/index.js';
