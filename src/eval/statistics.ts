import { randomStream } from '../common/index.js';
import type { Interval } from './types.js';

/** How a bootstrap draws. */
export interface BootstrapOptions {
  seed: number;
  /** Resamples of the prompts; default 2000. */
  resamples?: number;
}

/**
 * The mean of the prompts' means with its 95% percentile interval, bootstrapped over prompts. A prompt's
 * samples resemble each other, so whole prompts are drawn, never single samples.
 */
export function bootstrapMean(
  valuesByPrompt: readonly (readonly number[])[],
  { seed, resamples = 2000 }: BootstrapOptions,
): Interval {
  if (resamples < 1) throw new RangeError('a bootstrap needs at least one resample');
  const means = promptMeans(valuesByPrompt);
  const random = randomStream(seed, 'bootstrap');
  const drawn = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < means.length; i++) sum += means[random.int(means.length)];
    return sum / means.length;
  }).sort();
  return { mean: mean(means), low: quantile(drawn, 0.025), high: quantile(drawn, 0.975) };
}

/**
 * Tuned minus base, paired by prompt: the mean difference of the prompts' means with its 95% interval,
 * bootstrapped over prompts. The two may have different numbers of samples for a prompt.
 */
export function pairedGain(
  tunedByPrompt: readonly (readonly number[])[],
  baseByPrompt: readonly (readonly number[])[],
  options: BootstrapOptions,
): Interval {
  assertPaired(tunedByPrompt, baseByPrompt);
  const base = promptMeans(baseByPrompt);
  const differences = promptMeans(tunedByPrompt).map((value, prompt) => [value - base[prompt]]);
  return bootstrapMean(differences, options);
}

/**
 * Probability that a tuned sample scores above a base sample of the same prompt, over all pairs of a prompt's
 * samples; ties count half, and every prompt counts the same.
 */
export function winRate(
  tunedByPrompt: readonly (readonly number[])[],
  baseByPrompt: readonly (readonly number[])[],
): number {
  assertPaired(tunedByPrompt, baseByPrompt);
  const shares = tunedByPrompt.map((tuned, prompt) => {
    const wins = tuned.map((value) => mean(baseByPrompt[prompt].map((other) => score(value, other))));
    return mean(wins);
  });
  return mean(shares);
}

/**
 * The exact expected maximum of n draws without replacement from a prompt's m >= n sampled rewards: an
 * unbiased estimate of best-of-n from one set of samples. The i-th smallest reward is the maximum with
 * probability C(i-1, n-1) / C(m, n); each weight comes from the next larger one, so nothing overflows.
 */
export function bestOfN(rewards: readonly number[], n: number): number {
  const m = rewards.length;
  if (!Number.isInteger(n) || n < 1 || n > m) {
    throw new RangeError(`best-of-${n} needs a whole n from 1 to the number of samples, which is ${m}`);
  }
  const sorted = Float64Array.from(rewards).sort();
  let weight = n / m;
  let expected = 0;
  for (let i = m; i >= n; i--) {
    expected += weight * sorted[i - 1];
    if (i > 1) weight *= (i - n) / (i - 1);
  }
  return expected;
}

/** Perplexity of tokens from their natural log probabilities: `exp(-mean)`. */
export function perplexity(logProbs: Iterable<number>): number {
  let sum = 0;
  let count = 0;
  for (const logProb of logProbs) {
    sum += logProb;
    count++;
  }
  if (count === 0) throw new RangeError('the perplexity of no tokens is undefined');
  return Math.exp(-sum / count);
}

function promptMeans(valuesByPrompt: readonly (readonly number[])[]): number[] {
  return valuesByPrompt.map(mean);
}

/** The arithmetic mean. @throws RangeError when there are no values. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the mean of no values is undefined');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The quantile of sorted values, interpolated linearly between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

function score(value: number, other: number): number {
  if (value === other) return 0.5;
  return value > other ? 1 : 0;
}

function assertPaired(tuned: readonly unknown[], base: readonly unknown[]): void {
  if (tuned.length === base.length) return;
  throw new RangeError(
    `a paired comparison needs the same prompts: ${tuned.length} tuned, ${base.length} base`,
  );
}
