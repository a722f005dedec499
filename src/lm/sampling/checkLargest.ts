import { InputError } from '../../common/index.js';

/** Refuses a row of logits that leaves nothing to choose from. @throws InputError unless its largest is finite. */
export function checkLargest(largest: number): void {
  if (Number.isFinite(largest)) return;
  const reason =
    largest === Number.NEGATIVE_INFINITY
      ? 'noRepeatNgramSize or bad words ban every token, or the model gives no numbers'
      : 'its numbers overflow: take another dtype';
  throw new InputError(`no token can be chosen, for the largest logit is ${largest}: ${reason}`);
}
