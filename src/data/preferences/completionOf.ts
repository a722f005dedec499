import { InputError } from '../../common/index.js';
import { promptOf } from '../promptOf.js';
import type { Row } from '../rows/types.js';
import { type Asked, answerOf, askedInChat, missing, noTextIn, turnsOf } from './answer.js';
import type { ScoreColumn } from './format.js';
import type { ScoredCompletion } from './types.js';

/**
 * The completion of a row and its number in a column: a reward, a rank, or 1 and -1 for the labels true and false.
 * Prompt and completion may be empty.
 * @throws InputError when the row is malformed.
 */
export function completionOf({ columns, line, file }: Row, column: ScoreColumn): ScoredCompletion {
  const { row: others, ...asked } = promptAndRow(columns);
  const { completion, [column]: score, ...row } = others;
  const reward = numberOf(score, column, columns);
  const place = { line, file: file.name };
  if (typeof completion === 'string') return { ...asked, completion, reward, row, ...place };
  if (!Array.isArray(completion)) throw noTextIn(columns, 'completion');
  const answer = answerOf(turnsOf(completion, "'completion'"), "'completion'");
  return { ...askedInChat(asked), completion: answer, reward, row, ...place };
}

function promptAndRow(columns: Readonly<Record<string, unknown>>): Asked & Pick<ScoredCompletion, 'row'> {
  const { prompt, ...row } = columns;
  return typeof prompt === 'string' ? { prompt, row } : promptOf(columns);
}

function numberOf(value: unknown, column: ScoreColumn, columns: Row['columns']): number {
  if (!(column in columns)) throw missing(columns, column);
  if (column === 'label') {
    if (value === true || value === 1) return 1;
    if (value === false || value === 0) return -1;
    throw new InputError("'label' is neither true nor false, 1 nor 0");
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new InputError(`'${column}' is no number, such as 1`);
  if (column === 'rank' && !(Number.isInteger(value) && value >= 1)) {
    throw new InputError(`'rank' is ${value}: ranks are whole numbers, and 1 is the best`);
  }
  return value;
}
