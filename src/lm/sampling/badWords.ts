import { InputError } from '../../common/index.js';
import type { History, LogitsProcessor } from './logitsProcessor.js';

/**
 * transformers' `NoBadWordsLogitsProcessor`: bans the last token of each sequence wherever the tokens before it, of
 * prompt and completion together, are the rest. It also does where these are the whole of the prompt, which
 * transformers overlooks.
 * @param sequences token ids, none of them empty
 */
export function badWords(sequences: readonly (readonly number[])[]): LogitsProcessor {
  return (logits, history) => {
    for (const sequence of sequences) {
      const last = sequence[sequence.length - 1];
      if (last >= logits.length) {
        throw new InputError(`badWordsIds names token ${last}, but the vocabulary has ${logits.length}`);
      }
      if (endsWithAllButLast(history, sequence)) logits[last] = Number.NEGATIVE_INFINITY;
    }
  };
}

/** Whether the history ends with the sequence without its last token. */
function endsWithAllButLast({ prompt, tokens }: History, sequence: readonly number[]): boolean {
  let place = prompt.length + tokens.length;
  for (let i = sequence.length - 2; i >= 0; i--) {
    place--;
    if (place < 0) return false;
    const token = place < prompt.length ? prompt[place] : tokens[place - prompt.length];
    if (token !== sequence[i]) return false;
  }
  return true;
}
