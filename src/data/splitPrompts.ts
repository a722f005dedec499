import { InputError, randomStream, shuffle } from '../common/index.js';
import { promptIdentity } from './promptIdentity.js';
import type { PromptRow } from './types.js';

export interface SplitOptions {
  /** How many prompts to hold out for evaluation; at most half of the distinct ones are. */
  evalSize: number;
  /** Names the draw: the same rows and seed give the same split. */
  seed: number;
  /** Evaluation prompts of their own file, used whole instead of holding some out. */
  evalRows?: readonly PromptRow[];
}

export interface PromptSplit {
  /** Rows to train on, in their order. A prompt that is there more than once stays so. */
  train: PromptRow[];
  /** Rows to evaluate on, in their order, each prompt once. */
  eval: PromptRow[];
  /** Rows left out: repeated evaluation prompts, and training prompts that are evaluation prompts too. */
  duplicates: number;
}

/**
 * Divides prompts into training and evaluation, so that none stands on both sides. Which are the same
 * {@link promptIdentity} tells.
 * @throws InputError when fewer than two distinct prompts are there, or all training prompts are evaluation
 * prompts.
 */
export function splitPrompts(rows: readonly PromptRow[], options: SplitOptions): PromptSplit {
  const evaluation = options.evalRows ? distinct(options.evalRows) : held(rows, options);
  const repeated = new Set(evaluation.map(promptIdentity));
  const train = rows.filter((row) => !repeated.has(promptIdentity(row)));
  if (train.length === 0) {
    throw new InputError(
      'every training prompt is an evaluation prompt too: give data.evalPrompts other prompts',
    );
  }
  const all = rows.length + (options.evalRows?.length ?? 0);
  return { train, eval: evaluation, duplicates: all - train.length - evaluation.length };
}

function held(rows: readonly PromptRow[], { evalSize, seed }: SplitOptions): PromptRow[] {
  const candidates = distinct(rows);
  if (candidates.length < 2) {
    throw new InputError(
      `data.prompts holds ${candidates.length} distinct prompt${candidates.length === 1 ? '' : 's'}: ` +
        'at least 2 are needed, one to train on and one to evaluate on; add prompts, or set data.evalPrompts',
    );
  }
  const order = shuffle(
    candidates.map((_, i) => i),
    randomStream(seed, 'split'),
  );
  const chosen = new Set(order.slice(0, Math.min(evalSize, Math.floor(candidates.length / 2))));
  return candidates.filter((_, i) => chosen.has(i));
}

/** The first row of each prompt. */
function distinct(rows: readonly PromptRow[]): PromptRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = promptIdentity(row);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
