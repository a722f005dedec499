import { InputError } from '../../common/index.js';

/** How the next token is chosen, in transformers' words. What is left out changes nothing. */
export interface SamplingOptions {
  /**
   * Logits are divided by it; default 1. 0 takes the likeliest token (transformers' `do_sample=False`), which `topK`,
   * `topP`, `minP` and `seed` cannot change.
   */
  temperature?: number;
  /**
   * Sample among so many likeliest tokens; of equal ones the lower ids stay. Default 0: among all. (Beware that
   * transformers samples among 50 unless told otherwise.)
   */
  topK?: number;
  /** Sample among the fewest likeliest tokens whose probabilities reach this sum (arXiv 1904.09751); default 1: all. */
  topP?: number;
  /** Sample among the tokens at least so many times as likely as the likeliest (arXiv 2407.01082); default 0: all. */
  minP?: number;
  /** Makes tokens of the prompt and of the completion less likely (arXiv 1909.05858); default 1. Below 1: likelier. */
  repetitionPenalty?: number;
  /** No run of so many tokens comes twice in prompt and completion together; default 0: any may. */
  noRepeatNgramSize?: number;
  /**
   * Token sequences that are not completed. An end-of-sequence token may be one: then completions end otherwise
   * (transformers lets it through).
   */
  badWordsIds?: readonly (readonly number[])[];
  /** Names the random numbers; default 0. */
  seed?: number;
}

/** Refuses values that make no sense. @throws InputError naming the option. */
export function checkSamplingOptions(options: SamplingOptions): void {
  const { temperature = 1, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = options;
  const { noRepeatNgramSize = 0, badWordsIds = [], seed = 0 } = options;
  check('temperature', temperature, temperature >= 0 && Number.isFinite(temperature), 'a number, 0 or more');
  check('topK', topK, isCount(topK), 'a whole number; 0: all tokens');
  check('topP', topP, topP > 0 && topP <= 1, 'above 0 and at most 1');
  check('minP', minP, minP >= 0 && minP <= 1, 'from 0 to 1');
  const isFactor = repetitionPenalty > 0 && Number.isFinite(repetitionPenalty);
  check('repetitionPenalty', repetitionPenalty, isFactor, 'a number above 0; 1: none');
  check('noRepeatNgramSize', noRepeatNgramSize, isCount(noRepeatNgramSize), 'a whole number; 0: none');
  check('seed', seed, Number.isInteger(seed), 'a whole number');
  badWordsIds.forEach((ids, i) => {
    const valid = ids.length > 0 && ids.every(isCount);
    check(`badWordsIds[${i}]`, `[${ids.join()}]`, valid, 'a list of token ids, not empty');
  });
}

function check(name: string, value: number | string, valid: boolean, wanted: string): void {
  if (!valid) throw new InputError(`${name} is ${value}: it must be ${wanted}`);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
