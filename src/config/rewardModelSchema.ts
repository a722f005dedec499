import { z } from 'zod';
import { count, positive } from './primitives.js';

/** How a reward model is trained on preference pairs. */
export const rewardModel = z
  .strictObject({
    /** Which hidden states of a completion are read: their mean, the last, or both side by side. */
    pooling: z.enum(['mean', 'last', 'both']).default('mean'),
    /** Sizes of hidden layers; none: the score is linear in the states. */
    hidden: z.array(count).default([]),
    /** What a difference of scores must exceed: nothing, the `margin` column of the pairs, or a number. */
    margin: z.union([z.enum(['none', 'column']), positive]).default('none'),
    weightDecay: z.number().min(0).default(0.01),
    epochs: count.default(50),
    batchSize: count.default(64),
    lr: positive.default(1e-3),
  })
  .prefault({});

export type RewardModelConfig = z.output<typeof rewardModel>;
