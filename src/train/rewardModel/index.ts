export { readRewardReport } from './report.js';
export { trainReward } from './trainReward.js';
export type { RewardReport, RewardTraining, Share, TrainRewardOptions } from './types.js';
