import type { IndexedPair } from './completions.js';
import { pairLoss } from './objective.js';
import type { ScoreCompletions } from './rows.js';

/** By how much each pair's chosen completion scores higher. */
export async function differencesOf(
  pairs: readonly Pick<IndexedPair, 'chosen' | 'rejected'>[],
  scores: ScoreCompletions,
): Promise<number[]> {
  const found = await scores(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]));
  const of = (completion: number) => found.get(completion) ?? Number.NaN;
  return pairs.map(({ chosen, rejected }) => of(chosen) - of(rejected));
}

/** Mean of `-log sigmoid(difference)`, in nats. */
export function logLoss(differences: readonly number[]): number {
  const sum = differences.reduce(
    (all, difference) => all + pairLoss(difference, 0, { label: 1, margin: 0 }),
    0,
  );
  return sum / differences.length;
}
