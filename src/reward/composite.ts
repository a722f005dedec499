import { z } from 'zod';
import { type RewardSpec, rewardSpec } from '../config/index.js';
import { closeAll, openParts, type Part, partScores, splitsByToken } from './composite/parts.js';
import { tokenScores } from './composite/tokenScores.js';
import type { RewardContext, RewardItem, RewardModel } from './types.js';

const part = z.strictObject({
  reward: rewardSpec,
  /**
   * What is done to the scores first. `batch`: less their mean, over their deviation, among those that are scored at once (0
   * where all are the same). That is for training alone: every batch's mean then is 0, an evaluation's too, whatever was
   * learned. `{mean, deviation}`: less this mean, over this deviation, in every batch.
   */
  normalise: z
    .union(
      [z.enum(['none', 'batch']), z.strictObject({ mean: z.number(), deviation: z.number().positive() })],
      { error: 'expected none, batch or {mean, deviation}' },
    )
    .default('none'),
  /** Lowest and highest score, `[low, high]`; what lies outside counts as there. */
  clip: z
    .tuple([z.number(), z.number()], { error: 'expected [low, high]' })
    .refine(([low, high]) => low < high, 'the first number must be below the second')
    .optional(),
  /** Negative to avoid what the reward measures. */
  weight: z
    .number()
    .refine((weight) => weight !== 0, 'a weight of 0 leaves the reward out')
    .default(1),
});

export const compositeParameters = z
  .strictObject({
    rewards: z.array(part).min(1, 'at least one reward is needed'),
    combine: z.enum(['sum', 'product', 'minimum']).default('sum'),
    /** Costs of a long completion, taken off what the rewards make together. */
    lengthPenalty: z
      .strictObject({
        /** Tokens that cost nothing. */
        target: z.number().int().min(0).default(0),
        /** Cost of each one more. */
        perToken: z.number().positive(),
      })
      .optional(),
  })
  .refine(({ rewards, combine }) => combine !== 'product' || rewards.every(({ weight }) => weight === 1), {
    path: ['combine'],
    message: 'weights would only scale a product as a whole: leave them out',
  });

type Parameters = z.output<typeof compositeParameters>;

/** What becomes of an item's scores. */
const combinations: Record<Parameters['combine'], (scores: readonly number[]) => number> = {
  sum: (scores) => scores.reduce((a, b) => a + b),
  product: (scores) => scores.reduce((a, b) => a * b),
  minimum: (scores) => Math.min(...scores),
};

/**
 * Several rewards in one: the sum (not divided by the weights), product or minimum of their scores, each of which is first
 * normalised, then cut off, then weighted. A sum scores tokens where one of its parts does and is neither normalised nor
 * cut off; the other parts' scores then arrive at the last token.
 * @param create makes a part
 */
export async function compositeReward(
  parameters: Parameters,
  create: (spec: RewardSpec) => Promise<RewardModel>,
  { note }: Pick<RewardContext, 'note'> = {},
): Promise<RewardModel> {
  const { rewards, combine, lengthPenalty: { target, perToken } = { target: 0, perToken: 0 } } = parameters;
  const parts = await openParts(rewards, create);
  const name = compositeName(parameters, parts);
  if (parts.some(({ normalise }) => normalise === 'batch')) {
    note?.(`the reward '${name}' is normalised batch by batch, so its evaluations cannot be compared`);
  }
  const score = async (batch: readonly RewardItem[]) => {
    const scores = await Promise.all(parts.map((each) => partScores(each, batch)));
    return batch.map(({ tokens }, i) => {
      const combined = combinations[combine](scores.map((ofPart) => ofPart[i]));
      return combined - perToken * Math.max(0, tokens.length - target);
    });
  };
  const penalty = (at: number) => (at < target ? 0 : perToken);
  const ofTokens = combine === 'sum' && parts.some(splitsByToken);
  return {
    name,
    score,
    ...(ofTokens ? { scoreTokens: (batch) => tokenScores(parts, batch, penalty) } : {}),
    close: () => closeAll(parts.map(({ model }) => model)),
  };
}

/** `sentiment + 0.5 length`, `sentiment * json` or `min(sentiment, 2 length)`, less the price of a token. */
function compositeName({ combine, lengthPenalty }: Parameters, parts: readonly Part[]): string {
  const names = parts.map(({ model, weight }) => {
    const name =
      / [+*-] /.test(model.name) && (combine === 'product' || weight !== 1) ? `(${model.name})` : model.name;
    return weight === 1 ? name : `${weight} ${name}`;
  });
  const combined =
    combine === 'minimum' ? `min(${names.join(', ')})` : names.join(combine === 'sum' ? ' + ' : ' * ');
  if (lengthPenalty === undefined) return combined;
  const { perToken, target } = lengthPenalty;
  return `${combined} - ${perToken} per token${target === 0 ? '' : ` over ${target}`}`;
}
