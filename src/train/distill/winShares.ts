import type { Rating } from './ratedCompletions.js';

/**
 * What share of the other completions of its prompt each one beats by its rating, a tie counting half: how often a
 * policy that writes it wins against the one that wrote them all, which a teacher whose ratings have long tails says
 * less of by their mean.
 * @param samples how many completions each prompt has, side by side
 * @returns undefined for what has no rating, or nothing to compare with
 */
export function winShares(ratings: readonly Rating[], samples: number): Rating[] {
  const rounds = roundRobin(ratings.length, samples);
  return meanShares(
    ratings.length,
    rounds,
    rounds.map(([a, b]) => shareOf(ratings[a], ratings[b])),
  );
}

/** What the first of two wins: 1, 0.5 for a tie, or 0; undefined where either has no rating. */
export function shareOf(a: Rating, b: Rating): Rating {
  if (a === undefined || b === undefined) return undefined;
  return a > b ? 1 : a < b ? 0 : 0.5;
}

/** Every two completions of each prompt, as places among all. */
export function roundRobin(count: number, samples: number): [number, number][] {
  const rounds: [number, number][] = [];
  for (let start = 0; start < count; start += samples) {
    for (let a = start; a < start + samples; a++) {
      for (let b = a + 1; b < start + samples; b++) rounds.push([a, b]);
    }
  }
  return rounds;
}

/** The mean share that each wins of the comparisons it is in; undefined where there are none. */
export function meanShares(
  count: number,
  rounds: readonly (readonly [number, number])[],
  shares: readonly Rating[],
): Rating[] {
  const won = new Float64Array(count);
  const played = new Int32Array(count);
  rounds.forEach(([a, b], i) => {
    const share = shares[i];
    if (share === undefined) return;
    won[a] += share;
    won[b] += 1 - share;
    played[a]++;
    played[b]++;
  });
  return Array.from(won, (sum, i) => (played[i] === 0 ? undefined : sum / played[i]));
}
