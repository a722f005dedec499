import type { LogitsProcessor } from './logitsProcessor.js';

/**
 * transformers' `RepetitionPenaltyLogitsProcessor`: the logit of every token of the prompt and the completion is divided
 * by the penalty where it is above 0, and multiplied where it is below; once, however often the token occurs
 * (Keskar et al. 2019, arXiv 1909.05858).
 */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  // The number of the last row that penalised each token; rows are counted from 1.
  let penalised = new Float64Array(0);
  let row = 0;
  const penalise = (logits: Float32Array, ids: readonly number[]) => {
    for (const id of ids) {
      if (id >= logits.length || penalised[id] === row) continue;
      penalised[id] = row;
      logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
    }
  };
  return (logits, { prompt, tokens }) => {
    row++;
    if (penalised.length !== logits.length) penalised = new Float64Array(logits.length);
    penalise(logits, prompt);
    penalise(logits, tokens);
  };
}
