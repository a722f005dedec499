import { join } from 'node:path';
import { InputError, writeFileWhole } from '../../common/index.js';
import { SCORED } from './files.js';
import type { Rated } from './ratedCompletions.js';

/** What a file of scored completions came to. */
export interface ScoredFile {
  path: string;
  /** Completions that the teacher said nothing of, and which are left out. */
  unrated: number;
}

/**
 * Writes the completions that the teacher rated: `prompt`, `completion` and `reward`, with the row's other columns.
 * @throws InputError when it rated none.
 */
export function writeScored(out: string, { items, ratings }: Rated): ScoredFile {
  const rows = items.flatMap(({ prompt, messages, completion, row }, i) => {
    const reward = ratings[i];
    return reward === undefined ? [] : [{ ...row, prompt: messages ?? prompt, completion, reward }];
  });
  if (rows.length === 0) {
    throw new InputError('the teacher rated no completion, so there is nothing to learn from');
  }
  const path = join(out, SCORED);
  writeFileWhole(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return { path, unrated: ratings.filter((rating) => rating === undefined).length };
}
