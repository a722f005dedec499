import { messageOf } from '../common/index.js';
import { scoreAll } from './scoreAll.js';
import { excerpt } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

export interface CheckRewardOptions {
  /** Items to try besides the built-in ones: for a reward that needs certain columns in `row`. */
  items?: readonly RewardItem[];
  /** Leave the built-in items out; default false. */
  onlyItems?: boolean;
  /** Largest difference between two scores that count as equal; default 1e-5. */
  tolerance?: number;
}

export interface RewardCheck {
  ok: boolean;
  /** One line for each thing that is wrong. */
  problems: string[];
}

/**
 * Tries a reward of your own on ordinary and awkward completions: that it returns one finite number per item,
 * gives the same score twice, alone and in any order, and bears an empty completion, an empty batch, a long text
 * and any Unicode. Throws nothing.
 */
export async function checkReward(
  model: RewardModel,
  options: CheckRewardOptions = {},
): Promise<RewardCheck> {
  const { items = [], onlyItems = false, tolerance = 1e-5 } = options;
  const batch = onlyItems ? [...items] : [...items, ...awkwardItems()];
  const problems: string[] = [];
  const attempt = async (what: string, scored: readonly RewardItem[]) => {
    try {
      return await scoreAll(model, scored);
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const compare = (what: string, a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined) => {
    if (!a || !b) return;
    const differing = batch.findIndex((_, i) => Math.abs(a[i] - b[i]) > tolerance);
    if (differing < 0) return;
    const text = excerpt(batch[differing].completion);
    problems.push(`${what}: ${text} scored ${a[differing]}, then ${b[differing]}`);
  };

  await attempt('an empty batch', []);
  const once = await attempt('a batch', batch);
  if (once) {
    compare('the same batch twice', once, await attempt('the same batch again', batch));
    const reversed = await attempt('the batch in reverse', batch.toReversed());
    compare('the batch in reverse', once, reversed?.toReversed());
  }
  const alone: (Float32Array | undefined)[] = [];
  for (const item of batch) alone.push(await attempt(`${excerpt(item.completion)} alone`, [item]));
  const single = alone.every((scores) => scores !== undefined) ? alone.map((scores) => scores[0]) : undefined;
  compare('in a batch, then alone', once, single);
  return { ok: problems.length === 0, problems };
}

function awkwardItems(): RewardItem[] {
  const completions = [
    'She smiled, and they played all day.',
    'He was sad and lost.',
    '',
    ' \n\t',
    'word '.repeat(4000),
    'Gr\u00fc\u00dfe, \u4f60\u597d, \u{1f600}\u{1f468}\u200d\u{1f469}\u200d\u{1f467}, \u0645\u0631\u062d\u0628\u0627, e\u0301 \u0000 \ufffd',
    '"quotes" <b>&amp;</b> {"json": [1]} \\n %s {{x}}',
  ];
  return completions.map((completion) => ({
    prompt: 'Once upon a time',
    completion,
    tokens: Array.from(completion.slice(0, 100), (_, i) => i),
    row: {},
  }));
}
