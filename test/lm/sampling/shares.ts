import type { TokenSampler } from '../../../src/lm/sampling/tokenSampler.js';

/** How often each token is drawn from evenly spread random numbers: its probability, to `1 / count`. */
export function sharesOf(sampler: TokenSampler, logits: readonly number[], count: number): number[] {
  const row = Float32Array.from(logits);
  const shares = logits.map(() => 0);
  for (let i = 0; i < count; i++) shares[sampler(row, (i + 0.5) / count)] += 1 / count;
  return shares;
}
