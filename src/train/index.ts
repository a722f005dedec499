export {
  type EvaluationEvent,
  stopAboveKl,
  stopOnPlateau,
  type TrainCallback,
  type Verdict,
} from './callbacks.js';
export { type DistillOptions, type DistillResult, distill } from './distill/distill.js';
export { type DistillRequest, resolveDistilling } from './distill/resolve.js';
export { type EvaluateTrainedOptions, evaluateTrained } from './evaluateTrained.js';
export { type EvaluateTrainedWorldOptions, evaluateTrainedWorld } from './evaluateTrainedWorld.js';
export type { TrainObserver, TrainPhase } from './observer.js';
export { defaultOut, resolveTraining, type TrainingRequest } from './resolve.js';
export {
  type RewardReport,
  type RewardTraining,
  readRewardReport,
  type Share,
  type TrainRewardOptions,
  trainReward,
} from './rewardModel/index.js';
export { parseGrid, parseRandom } from './sweep/parseSpace.js';
export { describeValues } from './sweep/plan.js';
export { sweep } from './sweep/sweep.js';
export { type Table, tableOf } from './sweep/table.js';
export type {
  BestConfiguration,
  ConfigurationResult,
  HalvingOptions,
  RandomRange,
  SweepObserver,
  SweepOptions,
  SweepProgress,
  SweepResult,
  TrialEvent,
  TrialResult,
  TrialState,
  Values,
} from './sweep/types.js';
export { type TrainOptions, type TrainResult, train } from './train.js';
export { type WatchDiversityOptions, watchDiversity } from './watchDiversity.js';
export type { PlayUnit } from './workload.js';
