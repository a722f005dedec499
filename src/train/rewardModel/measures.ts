import type { CalibrationBin, MarginBand, Share } from './types.js';

/** The 97.5% quantile of the standard normal distribution. */
const Z = 1.96;
/** Bands of margins: near, middle and far. */
const BANDS = 3;
/** Bins of confidence, from 0.5 to 1. */
const BINS = 10;

/** 1 where the chosen completion scores higher, 0 where it scores lower, 0.5 where both score the same. */
export function rightness(difference: number): number {
  if (difference === 0) return 0.5;
  return difference > 0 ? 1 : 0;
}

/** The mean of some rightnesses with its 95% interval (Wilson 1927). */
export function shareOf(rights: readonly number[]): Share {
  const n = rights.length;
  if (n === 0) throw new RangeError('the accuracy on no pairs is undefined');
  const accuracy = rights.reduce((sum, right) => sum + right, 0) / n;
  const centre = (accuracy + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((accuracy * (1 - accuracy)) / n + Z ** 2 / (4 * n ** 2));
  return { pairs: n, accuracy, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * The accuracy on pairs by their margin, in bands of about as many, from near to far.
 * @param margins as many as differences
 * @param words the differences that the bag of words sees
 */
export function bandsOf(
  differences: readonly number[],
  margins: readonly number[],
  words: readonly number[],
): MarginBand[] {
  const order = [...differences.keys()].sort((a, b) => margins[a] - margins[b]);
  const count = Math.min(BANDS, order.length);
  return Array.from({ length: count }, (_, band) => {
    const place = (i: number) => Math.floor((i * order.length) / count);
    const own = order.slice(place(band), place(band + 1));
    const share = (of: readonly number[]) => shareOf(own.map((i) => rightness(of[i])));
    return {
      ...share(differences),
      ...{ from: margins[own[0]], to: margins[own[own.length - 1]] },
      bagOfWords: share(words),
    };
  });
}

/**
 * How often the model is right where it gives its choice a probability `sigmoid(|difference|)`, and the expected
 * calibration error over the bins (Guo et al. 2017).
 */
export function calibrationOf(differences: readonly number[]): { error: number; bins: CalibrationBin[] } {
  const confidences = differences.map((difference) => 1 / (1 + Math.exp(-Math.abs(difference))));
  const bins = Array.from({ length: BINS }, (_, bin): CalibrationBin | undefined => {
    const own = [...confidences.keys()].filter((i) => binOf(confidences[i]) === bin);
    if (own.length === 0) return undefined;
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / own.length;
    return {
      pairs: own.length,
      confidence: mean(own.map((i) => confidences[i])),
      accuracy: mean(own.map((i) => rightness(differences[i]))),
    };
  }).filter((bin) => bin !== undefined);
  const weighted = bins.map(({ pairs, confidence, accuracy }) => pairs * Math.abs(accuracy - confidence));
  return { error: weighted.reduce((sum, value) => sum + value, 0) / differences.length, bins };
}

function binOf(confidence: number): number {
  return Math.min(BINS - 1, Math.floor((confidence - 0.5) * 2 * BINS));
}
