export { type CheckRewardOptions, checkReward, type RewardCheck } from './checkReward.js';
export { builtInRewards, createReward } from './createReward.js';
export { type CompletionSequence, completionSequence } from './preference/completionSequence.js';
export { identify } from './preference/identity.js';
export {
  HEAD_FILE,
  REWARD_FILE,
  type RewardFile,
  readRewardModel,
  type StoredRewardModel,
} from './preference/modelFile.js';
export { type Pooling, pooledScore, poolingOf } from './preference/pooling.js';
export { BudgetSpent } from './remote/judge/budget.js';
export { openJudge } from './remote/judge/openJudge.js';
export { judgeParameters } from './remote/judge/parameters.js';
export type { Judge, JudgeEstimate, JudgeItem, JudgePair, JudgeSpending } from './remote/judge/types.js';
export { scoreAll } from './scoreAll.js';
export { scoreAllTokens, scoresTokens, type TokenRewardModel } from './scoreAllTokens.js';
export type { LmChoice, RewardContext, RewardItem, RewardModel } from './types.js';
