import { InputError } from '../common/index.js';
import type { LmConfig, RewardSpec } from '../config/index.js';
import type { PromptRow } from '../data/index.js';
import { completionTokens, type Lm } from '../lm/index.js';
import {
  createReward,
  type RewardContext,
  type RewardItem,
  type RewardModel,
  scoreAll,
} from '../reward/index.js';
import type { OpeningOptions } from './configuredLm.js';
import { LmPool } from './lmPool.js';

/** A text to score. */
export interface GivenCompletion extends Omit<PromptRow, 'followUps'> {
  completion: string;
}

export interface ScoreTextsOptions
  extends Pick<OpeningOptions, 'onDownload' | 'signal'>,
    Pick<RewardContext, 'note'> {
  reward: RewardSpec;
  /** The language model that counts tokens, and that a reward reads which names none of its own. */
  lm: LmConfig;
}

/**
 * The scores that a reward gives to texts, in their order.
 * @throws InputError where {@link createReward} and {@link scoreAll} do, and when the language model does not open.
 */
export async function scoreTexts(
  completions: readonly GivenCompletion[],
  { reward: spec, lm: choice, note, ...opening }: ScoreTextsOptions,
): Promise<Float32Array> {
  const pool = new LmPool(choice, opening);
  const { signal } = opening;
  const reward: RewardModel = await createReward(spec, {
    baseDirectory: process.cwd(),
    lm: pool.own,
    openLm: (asked) => pool.open(asked),
    ...(note ? { note } : {}),
    ...(signal ? { signal } : {}),
  });
  let lm: Lm | undefined;
  try {
    const opened = await pool.open(pool.own);
    lm = opened;
    return await scoreAll(
      reward,
      completions.map((given) => itemOf(opened, given)),
    );
  } finally {
    await reward.close?.();
    await lm?.close();
  }
}

/**
 * Texts to score, from rows of prompts whose other columns hold the completions.
 * @throws InputError for a row without one.
 */
export function givenCompletions(rows: readonly PromptRow[], file: string): GivenCompletion[] {
  return rows.map(({ prompt, messages, row: { completion, ...row }, line }) => {
    if (typeof completion !== 'string') {
      throw new InputError(
        `${file}:${line}: there is no text in 'completion': each row needs a prompt and a completion`,
      );
    }
    return { prompt, completion, row, line, ...(messages ? { messages } : {}) };
  });
}

function itemOf(lm: Lm, { prompt, messages, completion, row }: GivenCompletion): RewardItem {
  const before = messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(prompt);
  const chat = messages ? { messages } : {};
  const tokens = completionTokens(lm, { text: prompt, tokens: before, ...chat }, completion);
  return { prompt, completion, tokens, row, ...chat };
}
