import { z } from 'zod';
import { InputError } from '../../common/index.js';
import { type Lm, sameTokenizer } from '../../lm/index.js';
import type { RewardContext, RewardItem, RewardModel } from '../types.js';
import { type CompletionSequence, completionSequence, fitted } from './completionSequence.js';
import { openRewardModel } from './openModel.js';
import { poolingOf } from './pooling.js';
import { RewardHead } from './rewardHead.js';
import { Scorer } from './scorer.js';

export const preferenceParameters = z.strictObject({
  /** The directory that `tokenq reward train` wrote. */
  model: z.string().min(1),
  /** Completions that are read together. */
  batch: z.number().int().min(1).default(64),
  /** Whether every token gets a score of its own, all of which add up to the completion's. */
  perToken: z.boolean().default(false),
});

/**
 * A reward model that was trained on preference pairs: a net on the hidden states of a frozen language model (Bradley and
 * Terry 1952; Christiano et al. 2017). With `perToken` a token scores what it adds to the score of the completion so far, a
 * potential-based shaping (Ng et al. 1999); the first one also has the score of the empty completion, and a token that ends
 * the completion scores 0.
 * @throws InputError when it cannot be opened, or `perToken` is asked of one whose language model has another tokenizer
 * than the run's.
 */
export async function preferenceReward(
  { model: directory, batch, perToken }: z.output<typeof preferenceParameters>,
  context: RewardContext,
): Promise<RewardModel> {
  const { model, lm } = await openRewardModel(directory, context);
  let head: RewardHead | undefined;
  const close = async () => {
    await head?.release();
    head = undefined;
    await lm.close();
  };
  try {
    if (perToken) await checkTokenizer(lm, directory, context);
    head = await RewardHead.create(model.tensors);
    const scorer = new Scorer(lm, head, poolingOf(model, lm.info.stateSize), { ...model, batch }, context);
    const tokenSequences = (items: readonly RewardItem[]) => items.map((item) => generated(lm, item));
    return {
      name: 'preference',
      score: (items) => scorer.scores(items.map((item) => completionSequence(lm, item))),
      ...(perToken
        ? {
            scoreTokens: async (items) =>
              (await scorer.gains(tokenSequences(items))).map((gains, i) => padded(gains, items[i])),
          }
        : {}),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The run's own tokens, without the one that ended the completion. */
function generated(lm: Lm, { prompt, messages, tokens }: RewardItem): CompletionSequence {
  const { eosTokenIds } = lm.info;
  const ended = tokens.length > 0 && eosTokenIds.includes(tokens[tokens.length - 1]);
  const before = messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(prompt);
  return fitted(lm, before, ended ? tokens.slice(0, -1) : tokens);
}

/** As many scores as tokens: those that were not read get 0. */
function padded(gains: Float32Array, { tokens }: RewardItem): Float32Array {
  const all = new Float32Array(tokens.length);
  all.set(gains.subarray(0, tokens.length));
  return all;
}

async function checkTokenizer(lm: Lm, directory: string, context: RewardContext): Promise<void> {
  const remedy = 'leave perToken out';
  if (context.lm === undefined || context.openLm === undefined) {
    throw new InputError(
      `the 'preference' reward has perToken, but no run whose tokens it could read: ${remedy}`,
    );
  }
  const run = await context.openLm(context.lm);
  try {
    if (sameTokenizer(lm, run)) return;
    throw new InputError(
      `the 'preference' reward has perToken, but the language model of ${directory} has another tokenizer than ` +
        `${run.info.id}: ${remedy}`,
    );
  } finally {
    await run.close();
  }
}
