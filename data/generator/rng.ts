import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded source of choices; the same seed always gives the same choices. */
export interface Rng {
  /** An integer between 0 and `n - 1`. */
  below(n: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
}

/** Settles every `[a|b]` of a text without tones, so that the text stays the same from then on. */
export function settle(rng: Rng, text: string): string {
  return text.replace(/\[([^[\]]*)\]/g, (_, options: string) => rng.pick(options.split('|')));
}

const FINE = 1 << 24;

/** Makes a random source from a seed and a stream number (streams are independent of one another). */
export function makeRng(seed: number, stream = 0): Rng {
  const state = xoroshiro128plus((Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) | 0);
  for (let i = 0; i < 8; i++) state.next();
  const below = (n: number): number => uniformInt(state, 0, n - 1);
  return {
    below,
    chance: (p) => below(FINE) < p * FINE,
    pick: <T>(items: readonly T[]): T => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('cannot choose from an empty list');
      return item;
    },
  };
}
