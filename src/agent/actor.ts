import type { Actor } from '../env/index.js';
import type { HeadRuntime } from './head/headRuntime.js';
import { type ResolvedPolicy, writeProbabilities } from './policies/index.js';

/** The part of a {@link HeadRuntime} that acting needs. */
export type AdvantageSource = Pick<HeadRuntime, 'advantages'>;

/**
 * Something that acts by a policy over a head's advantages. The `reference` policy reads none, so it needs no head.
 * @param source gives the advantages; undefined for `reference`
 */
export function createActor(source: AdvantageSource | undefined, policy: ResolvedPolicy): Actor {
  if (!source && policy.type !== 'reference') throw new Error(`the ${policy.type} policy needs a head`);
  return {
    async probabilities(batch) {
      const { rows, k } = batch;
      const all = new Float32Array(rows * k);
      const advantages =
        source && policy.type !== 'reference' ? await source.advantages(batch) : new Float32Array(rows * k);
      for (let first = 0; first < rows * k; first += k) {
        const row = {
          reference: batch.reference.subarray(first, first + k),
          advantages: advantages.subarray(first, first + k),
        };
        writeProbabilities(policy, row, all.subarray(first, first + k));
      }
      return all;
    },
  };
}
