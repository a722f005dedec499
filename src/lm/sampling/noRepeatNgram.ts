import type { History, LogitsProcessor } from './logitsProcessor.js';

/**
 * transformers' `NoRepeatNGramLogitsProcessor`: bans every token that would make a run of `size` tokens which is in the
 * prompt and the completion already.
 */
export function noRepeatNgram(size: number): LogitsProcessor {
  return (logits, history) => {
    const length = history.prompt.length + history.tokens.length;
    // The run's beginning is the last `size - 1` tokens; it is looked for everywhere before.
    const beginning = length - (size - 1);
    for (let start = 0; start < beginning; start++) {
      let same = size - 1;
      while (same > 0 && at(history, start + same - 1) === at(history, beginning + same - 1)) same--;
      if (same === 0) ban(logits, at(history, start + size - 1));
    }
  };
}

function at({ prompt, tokens }: History, index: number): number {
  return index < prompt.length ? prompt[index] : tokens[index - prompt.length];
}

function ban(logits: Float32Array, id: number): void {
  if (id < logits.length) logits[id] = Number.NEGATIVE_INFINITY;
}
