import { Command } from 'commander';
import { rewardScoreCommand } from './rewardScore.js';
import { rewardTrainCommand } from './rewardTrain.js';

/** `tokenq reward` */
export function rewardCommand(): Command {
  return new Command('reward')
    .description('train a reward model on preference pairs; score texts with any reward')
    .addCommand(rewardTrainCommand())
    .addCommand(rewardScoreCommand());
}
