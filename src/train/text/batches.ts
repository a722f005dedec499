import { randomStream, shuffle } from '../../common/index.js';

/**
 * The prompts of one training step: the run goes through all prompts in epochs, each in its own random order, so
 * the same step always gets the same prompts, whatever was done before.
 * @returns Indices in [0, prompts); `size` of them, distinct within an epoch.
 */
export function promptBatch(seed: number, step: number, size: number, prompts: number): number[] {
  const batch: number[] = [];
  let order: number[] = [];
  let epoch = -1;
  for (let at = step * size; at < (step + 1) * size; at++) {
    if (Math.floor(at / prompts) !== epoch) {
      epoch = Math.floor(at / prompts);
      order = shuffle(
        Array.from({ length: prompts }, (_, i) => i),
        randomStream(seed, 'prompts', epoch),
      );
    }
    batch.push(order[at % prompts]);
  }
  return batch;
}
