import { argmax } from './topk.js';
import type { NextTokens } from './types.js';

/** Always takes the most likely token. */
export const greedy: NextTokens = ({ sequences, logits }) => {
  const vocab = logits.length / sequences.length;
  return sequences.map((_, row) => argmax(logits, row * vocab, vocab));
};
