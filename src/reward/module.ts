import { InputError } from '../common/index.js';
import { loadUserModule, type UserModuleKind } from '../config/index.js';
import type { RewardModel } from './types.js';

interface RewardLike extends Omit<RewardModel, 'name'> {
  name?: unknown;
}

const rewardModule: UserModuleKind<RewardLike> = {
  what: 'reward',
  example: 'export default { score(batch) { return batch.map((item) => 0) } }',
  factoryExample: '(parameters) => ({ score(batch) })',
  lacks: 'has no score function',
  accepts: isRewardLike,
};

/**
 * Loads a user's reward: a module whose default export is `{ name?, score(batch), scoreTokens?(batch), close?() }`, or a
 * function (async, if it likes) from the configuration's parameters to that.
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
  for (const key of ['scoreTokens', 'close'] as const) {
    if (made[key] === undefined || typeof made[key] === 'function') continue;
    throw new InputError(`${module.file}: ${key} is no function: make it one, or leave it out`);
  }
  const { name, scoreTokens, close } = made;
  return {
    name: typeof name === 'string' && name !== '' ? name : module.name,
    score: (batch) => made.score(batch),
    ...(scoreTokens ? { scoreTokens: (batch) => scoreTokens.call(made, batch) } : {}),
    ...(close ? { close: () => close.call(made) } : {}),
  };
}

function isRewardLike(value: unknown): value is RewardLike {
  return typeof value === 'object' && value !== null && 'score' in value && typeof value.score === 'function';
}
