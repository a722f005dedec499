import { softmax } from './softmax.js';
import type { CandidateRow } from './types.js';

/** The base policy, `pi_ref`. */
export function reference(row: CandidateRow, into: Float32Array): void {
  softmax(row.reference, into);
}
