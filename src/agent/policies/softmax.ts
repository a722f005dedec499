import { fastExp, NEGLIGIBLE } from '../../common/index.js';

/**
 * The probabilities proportional to `exp(logits)`, whatever the logits' size.
 * @param logits `[k]`, at least one of them finite
 * @param into where the probabilities go; `[k]`; may be the same array
 */
export function softmax(logits: ArrayLike<number>, into: Float32Array): void {
  let best = Number.NEGATIVE_INFINITY;
  for (let a = 0; a < logits.length; a++) if (logits[a] > best) best = logits[a];
  let sum = 0;
  for (let a = 0; a < logits.length; a++) {
    const x = logits[a] - best;
    const weight = x < NEGLIGIBLE ? 0 : fastExp(x);
    into[a] = weight;
    sum += weight;
  }
  // A division takes as long as the exponential.
  const inverse = 1 / sum;
  for (let a = 0; a < logits.length; a++) into[a] *= inverse;
}
