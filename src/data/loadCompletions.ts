import { InputError } from '../common/index.js';
import { promptsOfJsonl } from './jsonl.js';
import { readText } from './readText.js';
import type { PromptRow } from './types.js';

const EXAMPLE = 'a line reads {"prompt": "...", "completion": "...", "reward": 0.5}';

/** A completion of a prompt with its reward. */
export interface ScoredCompletion extends PromptRow {
  completion: string;
  reward: number;
}

/**
 * Reads scored completions: a `.jsonl` file with `prompt` (a text or chat messages), `completion` and `reward` on each
 * line; other keys are kept in `row`.
 * @throws InputError when the file is missing or empty, or a line malformed, with its number.
 */
export function loadCompletions(path: string): ScoredCompletion[] {
  if (!path.toLowerCase().endsWith('.jsonl')) {
    throw new InputError(`${path}: scored completions are in a .jsonl file, one object a line`);
  }
  const rows = promptsOfJsonl(readText(path), path);
  if (rows.length === 0) throw new InputError(`${path} holds no completions`);
  return rows.map((prompt) => scored(prompt, `${path}:${prompt.line}`));
}

function scored(prompt: PromptRow, where: string): ScoredCompletion {
  const { completion, reward, ...row } = prompt.row;
  if (typeof completion !== 'string' || completion === '') {
    throw new InputError(`${where}: 'completion' is no text: ${EXAMPLE}`);
  }
  if (typeof reward !== 'number' || !Number.isFinite(reward)) {
    throw new InputError(`${where}: 'reward' is no number: ${EXAMPLE}`);
  }
  return { ...prompt, row, completion, reward };
}
