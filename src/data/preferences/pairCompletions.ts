import { InputError } from '../../common/index.js';
import { byPrompt } from './byPrompt.js';
import { fileAndLine } from './skips.js';
import type { PreferencePair, ScoredCompletion, SkipKind, SkippedRow } from './types.js';

/** Most comparisons that one set of completions may make. */
const MOST_COMPARISONS = 1e7;

export interface PairingOptions {
  /** The smallest difference of rewards that makes a pair; default 0, where any difference does. */
  minMargin?: number;
}

/** Pairs, and the comparisons that gave none. */
export interface Pairing {
  pairs: PreferencePair[];
  skipped: SkippedRow[];
}

/**
 * Makes a pair of any two completions of a prompt whose rewards differ; the difference is its margin. Equal rewards, and
 * those nearer than `minMargin`, are ties. Prompts are the same when they are equal to the letter.
 * @throws InputError when that makes more than 10 million comparisons.
 */
export function pairCompletions(
  completions: readonly ScoredCompletion[],
  { minMargin = 0 }: PairingOptions = {},
): Pairing {
  const groups = byPrompt(completions);
  refuseTooMany(groups.map(({ length: n }) => (n * (n - 1)) / 2));
  return gather(groups, (group, add) => {
    if (group.length === 1) add.skip(group[0], 'alone', 'it is the only completion of its prompt');
    group.forEach((second, j) => {
      for (const first of group.slice(0, j)) {
        const margin = Math.abs(first.reward - second.reward);
        const pair = first.reward > second.reward ? [first, second] : [second, first];
        if (margin === 0) add.skip(second, 'tie', `it is as good as the one at ${first.line}`);
        else if (margin < minMargin) {
          add.skip(second, 'tie', `it is nearer than ${minMargin} to the one at ${first.line}`);
        } else add.pair(pair[0], pair[1], { margin });
      }
    });
  });
}

/**
 * Makes a pair of each liked completion (reward above 0) with each disliked one of its prompt.
 * @throws InputError when that makes more than 10 million comparisons.
 */
export function pairLabelled(completions: readonly ScoredCompletion[]): Pairing {
  const groups = byPrompt(completions).map((group) => ({
    liked: group.filter(({ reward }) => reward > 0),
    disliked: group.filter(({ reward }) => !(reward > 0)),
  }));
  refuseTooMany(groups.map(({ liked, disliked }) => liked.length * disliked.length));
  return gather(groups, ({ liked, disliked }, add) => {
    for (const chosen of liked) for (const rejected of disliked) add.pair(chosen, rejected, {});
    if (liked.length > 0 && disliked.length > 0) return;
    const missing = liked.length > 0 ? 'disliked' : 'liked';
    for (const row of [...liked, ...disliked])
      add.skip(row, 'alone', `its prompt has no ${missing} completion`);
  });
}

interface Adding {
  pair(chosen: ScoredCompletion, rejected: ScoredCompletion, margin: { margin?: number }): void;
  skip(row: ScoredCompletion, kind: SkipKind, reason: string): void;
}

function gather<G>(groups: readonly G[], pairUp: (group: G, add: Adding) => void): Pairing {
  const pairs: PreferencePair[] = [];
  const skipped: SkippedRow[] = [];
  const add: Adding = {
    pair({ completion: chosen, reward: _, ...asked }, { completion: rejected }, margin) {
      pairs.push({ ...asked, chosen, rejected, ...margin });
    },
    skip(row, kind, reason) {
      skipped.push({ ...fileAndLine(row), kind, reason });
    },
  };
  for (const group of groups) pairUp(group, add);
  return { pairs, skipped };
}

function refuseTooMany(comparisons: readonly number[]): void {
  const sum = comparisons.reduce((total, count) => total + count, 0);
  if (sum <= MOST_COMPARISONS) return;
  throw new InputError(
    `the completions make ${sum.toLocaleString('en')} comparisons, more than ${MOST_COMPARISONS.toLocaleString('en')}: ` +
      'take fewer of each prompt',
  );
}
