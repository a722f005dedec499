import type { PreferenceFormat } from './types.js';

/** How a row tells preferences, and the column that does. */
export interface RowFormat {
  format: PreferenceFormat;
  /** What the completion's score is read from; undefined for pairs. */
  column: ScoreColumn | undefined;
}

const SCORES = { reward: 'scored', score: 'scored', rank: 'ranked', label: 'unpaired' } as const;
const SCORE_COLUMNS = ['reward', 'score', 'rank', 'label'] as const;
export type ScoreColumn = (typeof SCORE_COLUMNS)[number];

/** The forms that rows may have, for messages. */
export const PREFERENCE_FORMS =
  "'chosen' and 'rejected' (with 'prompt', or both begun by it), or 'prompt' and 'completion' with 'reward', 'score', " +
  "'rank' (1 is best) or 'label' (true, false)";

/** What rows with these columns are, or undefined. Of several columns that score, the first named above counts. */
export function formatOf(names: Iterable<string>): RowFormat | undefined {
  const there = new Set(names);
  if (there.has('chosen') && there.has('rejected')) return { format: 'paired', column: undefined };
  if (!there.has('completion')) return undefined;
  const column = SCORE_COLUMNS.find((name) => there.has(name));
  return column && { format: SCORES[column], column };
}
