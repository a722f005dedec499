import type { GivenSequence, Lm } from '../../../src/lm/index.js';

/** What generation shows of a given sequence. */
export interface Seen {
  logProbs: number[];
  /** Log-probabilities of the whole vocabulary before each token. */
  all: number[][];
  /** States before each token and behind the last. */
  states: number[];
}

/** Follows one sequence alone by `Lm.generate`; the log-probabilities are summed up without any of the code under test. */
export async function stepByStep(lm: Lm, { prompt, completion }: GivenSequence): Promise<Seen> {
  const seen: Seen = { logProbs: [], all: [], states: [] };
  // A full context has no room for one more token, behind whose prefix the last state stands.
  const room = lm.info.contextLength - (lm.info.kind === 'decoder' ? prompt.length : 0);
  await lm.generate([prompt], {
    maxNewTokens: Math.min(completion.length + 1, room),
    nextTokens: ({ logits, hidden, positions: [position] }) => {
      seen.states.push(...hidden);
      const token = completion[position];
      if (token !== undefined) {
        const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
        const all = Array.from(logits, (logit) => logit - total);
        seen.all.push(all);
        seen.logProbs.push(all[token]);
      }
      return [token ?? 0];
    },
  });
  return seen;
}

/** The largest difference between two lists of numbers, relative where they are large; NaN for unequal lengths. */
export function distance(a: ArrayLike<number>, b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  const apart = (value: number, i: number) =>
    a[i] === value ? 0 : Math.abs(a[i] - value) / Math.max(1, Math.abs(value) / 100);
  return b.reduce((most, value, i) => Math.max(most, apart(value, i)), 0);
}
