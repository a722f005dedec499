import { z } from 'zod';
import type { RewardModel } from './types.js';
import { vaderCompound } from './vader.js';

export const sentimentParameters = z.strictObject({});

/** How positive an English completion is: VADER's compound score, in [-1, 1]. See {@link vaderCompound}. */
export function sentimentReward(): RewardModel {
  return { name: 'sentiment', score: (batch) => batch.map((item) => vaderCompound(item.completion)) };
}
