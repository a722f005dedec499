import { loadUserModule, type UserModuleKind } from '../config/index.js';
import type { RewardModel } from './types.js';

interface RewardLike {
  name?: unknown;
  score: RewardModel['score'];
}

const rewardModule: UserModuleKind<RewardLike> = {
  what: 'reward',
  example: 'export default { score(batch) { return batch.map((item) => 0) } }',
  factoryExample: '(parameters) => ({ score(batch) })',
  lacks: 'has no score function',
  accepts: isRewardLike,
};

/**
 * Loads a user's reward: a module whose default export is `{ name?, score(batch) }`, or a function (async, if it
 * likes) from the configuration's parameters to that.
 * @param path Absolute, or relative to `baseDirectory` or else to the current directory.
 * @throws InputError when the file is missing, does not load or has no such export.
 */
export async function loadRewardModule(
  path: string,
  parameters: Readonly<Record<string, unknown>>,
  baseDirectory: string,
): Promise<RewardModel> {
  const module = await loadUserModule(rewardModule, path, parameters, baseDirectory);
  const made = await module.make();
  return {
    name: typeof made.name === 'string' && made.name !== '' ? made.name : module.name,
    score: (batch) => made.score(batch),
  };
}

function isRewardLike(value: unknown): value is RewardLike {
  return typeof value === 'object' && value !== null && 'score' in value && typeof value.score === 'function';
}
