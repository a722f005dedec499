export { type CheckRewardOptions, checkReward, type RewardCheck } from './checkReward.js';
export { builtInRewards, createReward, type RewardContext } from './createReward.js';
export { scoreAll } from './scoreAll.js';
export type { RewardItem, RewardModel } from './types.js';
