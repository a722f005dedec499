import type { PreferencePair, SkipKind, SkippedRow } from './types.js';

const PHRASES: Readonly<Record<SkipKind, string>> = {
  'bad row': 'malformed',
  'same text': 'with chosen equal to rejected',
  tie: 'tied',
  empty: 'empty',
  alone: 'with nothing to compare',
};

/** Why a well-formed pair tells nothing, or undefined. */
export function skipOf(pair: PreferencePair): Pick<SkippedRow, 'kind' | 'reason'> | undefined {
  const { prompt, chosen, rejected } = pair;
  if (chosen === rejected) {
    const both = chosen === '' ? 'both texts are empty' : 'chosen and rejected are the same text';
    return { kind: 'same text', reason: both };
  }
  if (chosen.trim() === '') return { kind: 'empty', reason: 'the chosen text is empty' };
  if (prompt.trim() === '' && rejected.trim() === '') {
    return { kind: 'empty', reason: 'the prompt and the rejected text are empty' };
  }
  return undefined;
}

type Place = Pick<SkippedRow, 'file' | 'line'>;

/** Where a row stands, without the rest of it. */
export function fileAndLine({ file, line }: Place): Place {
  return { ...(file === undefined ? {} : { file }), line };
}

/** What was skipped, counted by reason: `3 tied, 1 malformed`. */
export function describeSkips(skipped: readonly Pick<SkippedRow, 'kind'>[]): string {
  const counts = new Map<SkipKind, number>();
  for (const { kind } of skipped) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count.toLocaleString('en')} ${PHRASES[kind]}`).join(', ');
}
