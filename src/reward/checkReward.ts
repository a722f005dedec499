import { messageOf } from '../common/index.js';
import { scoreAll } from './scoreAll.js';
import { scoreAllTokens, scoresTokens } from './scoreAllTokens.js';
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

/** Scores items: for each, its score, or one for each token. */
type Scorer = (items: readonly RewardItem[]) => Promise<readonly ArrayLike<number>[]>;

/**
 * Tries a reward of your own on ordinary and awkward completions: that it returns one finite number per item,
 * gives the same score twice, alone and in any order, and bears an empty completion, an empty batch, a long text
 * and any Unicode. The same of `scoreTokens`, where there is one, with a number for each token. Throws nothing.
 */
export async function checkReward(
  model: RewardModel,
  options: CheckRewardOptions = {},
): Promise<RewardCheck> {
  const { items = [], onlyItems = false, tolerance = 1e-5 } = options;
  const batch = onlyItems ? [...items] : [...items, ...awkwardItems()];
  const problems = await trials(
    async (some) => Array.from(await scoreAll(model, some), (score) => [score]),
    batch,
    tolerance,
  );
  if (scoresTokens(model)) {
    const found = await trials((some) => scoreAllTokens(model, some), batch, tolerance);
    problems.push(...found.map((problem) => `scoreTokens: ${problem}`));
  }
  return { ok: problems.length === 0, problems };
}

/** What is wrong with one of a reward's functions. */
async function trials(score: Scorer, batch: readonly RewardItem[], tolerance: number): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (what: string, scored: readonly RewardItem[]) => {
    try {
      return await score(scored);
    } catch (error) {
      problems.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  };
  const compare = (
    what: string,
    a: readonly ArrayLike<number>[],
    b: readonly ArrayLike<number>[] | undefined,
  ) => {
    for (const [i, { completion }] of batch.entries()) {
      const at = b ? firstDifference(a[i], b[i], tolerance) : -1;
      if (b === undefined || at < 0) continue;
      problems.push(`${what}: ${excerpt(completion)} scored ${a[i][at]}, then ${b[i][at]}`);
      return;
    }
  };

  await attempt('an empty batch', []);
  const once = await attempt('a batch', batch);
  if (once) {
    compare('the same batch twice', once, await attempt('the same batch again', batch));
    const reversed = await attempt('the batch in reverse', batch.toReversed());
    compare('the batch in reverse', once, reversed?.toReversed());
  }
  const alone: (readonly ArrayLike<number>[] | undefined)[] = [];
  for (const item of batch) alone.push(await attempt(`${excerpt(item.completion)} alone`, [item]));
  if (once && alone.every((scores) => scores !== undefined)) {
    compare(
      'in a batch, then alone',
      once,
      alone.map(([scores]) => scores),
    );
  }
  return problems;
}

/** Where two lists of one length differ; -1 where they do not. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): number {
  return Array.from(a).findIndex((value, i) => Math.abs(value - b[i]) > tolerance);
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
