import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of pseudo-random numbers. Two streams with the same key give the same numbers. */
export interface RandomStream {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  int(below: number): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
}

/**
 * The stream named by a key such as `(seed, 'sample', iteration, prompt, sample)`. Because a stream belongs
 * to what it is for, neither batching nor the order of work changes the numbers that anything gets.
 */
export function randomStream(seed: number, purpose: string, ...key: number[]): RandomStream {
  const digest = createHash('sha256')
    .update(`${seed}/${purpose}/${key.join('/')}`)
    .digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  const generator = xoroshiro128plusFromState(state);
  const next = () => uniformFloat64(generator);
  return {
    next,
    int: (below) => uniformInt(generator, 0, below - 1),
    // Box-Muller; 1 - u keeps the logarithm's argument above zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Shuffles in place (Fisher-Yates) and returns the same array. */
export function shuffle<T extends { length: number; [index: number]: unknown }>(
  items: T,
  random: RandomStream,
): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.int(i + 1);
    const kept = items[i];
    items[i] = items[j];
    items[j] = kept;
  }
  return items;
}
