import { fastExp, NEGLIGIBLE } from '../common/index.js';

/** `log sum exp` of `length` logits from `offset` on, without overflow; -Infinity for no logits. */
export function logSumExp(logits: Float32Array, offset: number, length: number): number {
  const end = offset + length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = offset; i < end; i++) if (logits[i] > largest) largest = logits[i];
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = offset; i < end; i++) sum += fastExp(Math.max(logits[i] - largest, NEGLIGIBLE));
  return largest + Math.log(sum);
}
