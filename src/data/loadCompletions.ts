import { InputError } from '../common/index.js';
import { completionOf } from './preferences/completionOf.js';
import { pairOf } from './preferences/pairOf.js';
import { completionsOf, formatOfTables } from './preferences/readPreferences.js';
import type { ScoredCompletion } from './preferences/types.js';
import { readText } from './readText.js';
import { rowsOfJsonl } from './rows/json.js';
import { type Row, readEach, refuseBadRow } from './rows/types.js';

const FORMS =
  '{"prompt": "...", "completion": "...", "reward": 0.5} (or "score", "rank" or "label"), ' +
  'or {"prompt": "...", "chosen": "...", "rejected": "..."}';

/**
 * Reads scored completions, a `.jsonl` file with one of these on each line:
 *
 * - `prompt` (a text or chat messages), `completion` and `reward` or `score`;
 * - the same with a `rank`, 1 for the best: the ranks of a prompt are spread evenly from 1 to -1;
 * - the same with a `label`: true is 1, false -1;
 * - a preference pair, `prompt`, `chosen` and `rejected`: two completions, 1 and -1.
 *
 * Other keys are kept in `row`.
 * @throws InputError when the file is missing or empty, or a line malformed, with its number.
 */
export function loadCompletions(path: string): ScoredCompletion[] {
  if (!path.toLowerCase().endsWith('.jsonl')) {
    throw new InputError(`${path}: scored completions are in a .jsonl file, one object a line: ${FORMS}`);
  }
  const rows = rowsOfJsonl(readText(path), path, refuseBadRow);
  if (rows.length === 0) throw new InputError(`${path} holds no completions`);
  const format = formatOfTables([{ names: [], rows }]);
  if (!format) throw new InputError(`${path}: its lines are no completions: each reads ${FORMS}`);
  if (format.column === undefined) return readEach(rows, bothOf, refuseBadRow).flat();
  return completionsOf(rows, format, refuseBadRow, (row, column) => filled(completionOf(row, column)));
}

/** The two completions of a pair. */
function bothOf(row: Row): ScoredCompletion[] {
  const { chosen, rejected, margin: _, ...asked } = pairOf(row);
  if (chosen === rejected)
    throw new InputError("'chosen' and 'rejected' are the same text: leave the row out");
  return [
    filled({ ...asked, completion: chosen, reward: 1 }),
    filled({ ...asked, completion: rejected, reward: -1 }),
  ];
}

/** An episode begins at a prompt and takes a token at least. */
function filled(completion: ScoredCompletion): ScoredCompletion {
  if (completion.prompt.trim() === '') throw new InputError("'prompt' is empty");
  if (completion.completion === '') throw new InputError('the completion is empty: leave the row out');
  return completion;
}
