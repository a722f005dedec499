import { z } from 'zod';
import { type RewardSpec, rewardSpec } from '../config/index.js';
import { scoreAll } from './scoreAll.js';
import type { RewardModel } from './types.js';

export const compositeParameters = z.strictObject({
  rewards: z
    .array(
      z.strictObject({
        reward: rewardSpec,
        /** Negative to avoid what the reward measures. */
        weight: z
          .number()
          .refine((weight) => weight !== 0, 'a weight of 0 leaves the reward out')
          .default(1),
      }),
    )
    .min(1, 'at least one reward is needed'),
});

/** The weighted sum of other rewards: not divided by the weights. */
export async function compositeReward(
  { rewards }: z.output<typeof compositeParameters>,
  create: (spec: RewardSpec) => Promise<RewardModel>,
): Promise<RewardModel> {
  const parts = await Promise.all(
    rewards.map(async ({ reward, weight }) => ({ model: await create(reward), weight })),
  );
  return {
    name: parts
      .map(({ model, weight }) => (weight === 1 ? model.name : `${weight} ${model.name}`))
      .join(' + '),
    async score(batch) {
      const scores = await Promise.all(parts.map(({ model }) => scoreAll(model, batch)));
      return batch.map((_, i) => parts.reduce((sum, { weight }, part) => sum + weight * scores[part][i], 0));
    },
  };
}
