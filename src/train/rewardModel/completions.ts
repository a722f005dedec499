import { InputError } from '../../common/index.js';
import type { RewardModelConfig } from '../../config/index.js';
import type { PreferencePair } from '../../data/index.js';
import type { Lm } from '../../lm/index.js';
import { type CompletionSequence, completionSequence } from '../../reward/index.js';
import type { TrainingPair } from './objective.js';

/** A pair whose completions are numbered. */
export interface IndexedPair extends TrainingPair {
  pair: PreferencePair;
}

/** The distinct completions of pairs, and the pairs by their numbers. */
export interface Completions {
  sequences: CompletionSequence[];
  train: IndexedPair[];
  heldOut: IndexedPair[];
  /** Pairs left out: their prompts have no tokens, or both completions are the same tokens. */
  unread: number;
}

/**
 * Tokenises the completions of pairs, each with its prompt once.
 * @throws InputError when nothing is left, or a margin is missing that the settings need.
 */
export function indexCompletions(
  lm: Lm,
  pairs: { train: readonly PreferencePair[]; heldOut: readonly PreferencePair[] },
  { margin, labels }: Pick<RewardModelConfig, 'margin' | 'labels'>,
): Completions {
  const sequences: CompletionSequence[] = [];
  const numbers = new Map<string, number>();
  const numberOf = ({ prompt, messages }: PreferencePair, completion: string): number | undefined => {
    const sequence = completionSequence(lm, { prompt, completion, ...(messages ? { messages } : {}) });
    if (sequence.prompt.length === 0) return undefined;
    const key = `${sequence.prompt.join()};${sequence.completion.join()}`;
    const known = numbers.get(key) ?? sequences.push(sequence) - 1;
    numbers.set(key, known);
    return known;
  };
  const indexed = (some: readonly PreferencePair[], target: ReturnType<typeof targets>) =>
    some.flatMap((pair): IndexedPair[] => {
      const chosen = numberOf(pair, pair.chosen);
      const rejected = numberOf(pair, pair.rejected);
      if (chosen === undefined || rejected === undefined || chosen === rejected) return [];
      return [{ pair, chosen, rejected, ...target(pair) }];
    });
  const train = indexed(pairs.train, targets(pairs.train, { margin, labels }));
  const heldOut = indexed(pairs.heldOut, () => ({ label: 1, margin: 0 }));
  const given = pairs.train.length + pairs.heldOut.length;
  if (train.length === 0 || heldOut.length === 0) {
    throw new InputError(
      `no ${train.length === 0 ? 'training' : 'evaluation'} pair is left: to the model both completions of a pair are ` +
        'the same tokens, or its prompt has none',
    );
  }
  return { sequences, train, heldOut, unread: given - train.length - heldOut.length };
}

/** Log-odds of a margin that is as large as usual, with soft labels. */
const USUAL_LOGIT = 2;

/** What the settings make of a pair's margin. */
function targets(
  train: readonly PreferencePair[],
  { margin, labels }: Pick<RewardModelConfig, 'margin' | 'labels'>,
): (pair: PreferencePair) => Pick<TrainingPair, 'label' | 'margin'> {
  if (labels === 'soft') {
    const usual = Math.sqrt(
      train.reduce((sum, pair) => sum + marginOf(pair, 'labels: soft') ** 2, 0) / train.length,
    );
    if (usual === 0) throw new InputError('labels: soft finds a margin of 0 in every pair: leave it out');
    return (pair) => {
      const logit = (USUAL_LOGIT * marginOf(pair, 'labels: soft')) / usual;
      return { label: 1 / (1 + Math.exp(-logit)), margin: 0 };
    };
  }
  if (margin === 'column') return (pair) => ({ label: 1, margin: marginOf(pair, 'margin: column') });
  return () => ({ label: 1, margin: margin === 'none' ? 0 : margin });
}

function marginOf({ margin, file, line }: PreferencePair, setting: string): number {
  if (margin !== undefined) return margin;
  const where = file === undefined ? `line ${line}` : `${file}:${line}`;
  throw new InputError(
    `${where}: the pair has no margin, which ${setting} needs: add the column to every pair, or leave ${setting} out`,
  );
}
