import { randomStream } from '../common/index.js';
import type { StateBatch } from './types.js';

/** The seed of one episode in an environment. @param purpose what it is for, such as `train` or `eval` */
export function worldSeed(seed: number, purpose: string, episode: number): number {
  return randomStream(seed, `world-${purpose}`, episode).int(2 ** 31);
}

/**
 * Observations as a policy sees them: all actions are candidates, and the base policy is uniform.
 * @param observations `[rows, d]`
 */
export function worldBatch(
  observations: Float32Array,
  { actions, observationSize }: { actions: readonly string[]; observationSize: number },
): StateBatch {
  const k = actions.length;
  const rows = observations.length / observationSize;
  return {
    rows,
    k,
    states: observations,
    progress: new Float32Array(rows),
    candidates: Int32Array.from({ length: rows * k }, (_, i) => i % k),
    reference: new Float32Array(rows * k).fill(-Math.log(k)),
  };
}
