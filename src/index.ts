/**
 * TokenQ as a library: fine-tune a text generator without touching its weights.
 * @packageDocumentation
 */
export { InputError, Interrupted } from './common/index.js';
export { loadConfig, type RunConfig, runConfig } from './config/index.js';
export { loadPrompts, type PromptRow } from './data/index.js';
export {
  cartPole,
  checkEnv,
  createEnvironment,
  type Environment,
  type EnvironmentMaker,
  type EnvSummary,
  type GridWorldModel,
  greedyActions,
  gridWorld,
  gridWorldModel,
  type StepResult,
  type TabularModel,
  VectorEnvironment,
  type VectorStep,
  valueIteration,
} from './env/index.js';
export {
  type Evaluation,
  type Interval,
  renderReport,
  renderWorldReport,
  type StepMetrics,
  type WorldEvaluation,
} from './eval/index.js';
export {
  type ChatMessage,
  countTokens,
  type DecodeStep,
  type GenerateOptions,
  greedy,
  type History,
  type Lm,
  type LmInfo,
  type LogitsProcessor,
  logitsProcessorOf,
  type NextTokens,
  openLm,
  processRows,
  type SamplingOptions,
  sampling,
  type TokenAmounts,
  type TokenRows,
  tokenCost,
} from './lm/index.js';
export { checkReward, createReward, type RewardItem, type RewardModel } from './reward/index.js';
export {
  type CandidateView,
  type CompletionOptions,
  type EpisodeView,
  type GridWorldView,
  type Inspection,
  type InspectOptions,
  inspect,
  inspectEpisode,
  inspectGridWorld,
  openRun,
  type Sample,
  type SampleOptions,
  Sampler,
  type StepView,
  sampleLm,
  tokenizePrompts,
  worldRunOf,
} from './sample/index.js';
export {
  type EvaluateTrainedOptions,
  type EvaluationEvent,
  evaluateTrained,
  evaluateTrainedWorld,
  type SweepObserver,
  type SweepOptions,
  type SweepResult,
  stopAboveKl,
  stopOnPlateau,
  sweep,
  type TrainCallback,
  type TrainObserver,
  type TrainOptions,
  type TrainResult,
  train,
} from './train/index.js';
