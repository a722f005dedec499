import { z } from 'zod';
import { count, positive } from './primitives.js';

/** How a reward model is trained on preference pairs. */
export const rewardModel = z
  .strictObject({
    /**
     * Layers whose hidden states are read, side by side: 0 is the embeddings, i the i-th layer's output, and -1 what the
     * `lm_head` reads. Where words matter, the lower ones tell more.
     */
    layers: z.array(z.number().int()).min(1).default([-1]),
    /** Which states of a completion count: the mean over its tokens, the last, or both. */
    pooling: z.enum(['mean', 'last', 'both']).default('mean'),
    /**
     * Sizes of hidden layers, which read every token's state before the mean is taken; none: the score is linear in the
     * pooled states.
     */
    hidden: z.array(count).default([]),
    /** What a difference of scores must exceed: nothing, the `margin` column of the pairs, or a number. */
    margin: z.union([z.enum(['none', 'column']), positive]).default('none'),
    /**
     * `soft`: the `margin` column tells how sure a preference is, so that narrow ones count less. A margin as large as
     * usual (the root of the mean square) stands for a probability of 0.88.
     */
    labels: z.enum(['hard', 'soft']).default('hard'),
    /**
     * What puts the scores around zero: `data` takes off their mean over the training completions; `loss` adds a penalty on
     * the sum of a pair's scores.
     */
    centring: z.enum(['data', 'loss']).default('data'),
    /** With `centring: loss`: weight of the mean squared sum; default 0.01. */
    centringCoefficient: positive.optional(),
    /** Weight of half the squared norm of the weights. */
    weightDecay: z.number().min(0).default(1e-2),
    /** Share of the inputs that are left out at random in every update; default 0, with hidden layers 0.1. */
    dropout: z.number().min(0).lt(1).optional(),
    /** Passes over the pairs; default 20, with hidden layers 6: they grow too sure of themselves. */
    epochs: count.optional(),
    /** Pairs in an update. */
    batchSize: count.default(64),
    /** Adam's learning rate, which falls to nothing over the training; default 0.02, with hidden layers 4e-3. */
    lr: positive.optional(),
  })
  .check(({ value, issues }) => {
    const refuse = (key: keyof typeof value, message: string) =>
      issues.push({ code: 'custom', input: value[key], path: [key], message });
    if (value.centringCoefficient !== undefined && value.centring !== 'loss') {
      refuse('centringCoefficient', 'only centring: loss takes it');
    }
    if (value.labels === 'soft' && value.margin !== 'none') {
      refuse('margin', 'labels: soft uses the margins already, so leave it out');
    }
  })
  .transform((all) => {
    const linear = all.hidden.length === 0;
    const { dropout = linear ? 0 : 0.1, epochs = linear ? 20 : 6, lr = linear ? 0.02 : 4e-3 } = all;
    return { ...all, dropout, epochs, lr };
  })
  .prefault({});

export type RewardModelConfig = z.output<typeof rewardModel>;
/** The same before the defaults are filled in. */
export type RewardModelSettings = z.input<typeof rewardModel>;
