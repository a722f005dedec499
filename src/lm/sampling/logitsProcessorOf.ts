import { badWords } from './badWords.js';
import type { LogitsProcessor } from './logitsProcessor.js';
import { noRepeatNgram } from './noRepeatNgram.js';
import type { SamplingOptions } from './options.js';
import { repetitionPenalty } from './repetitionPenalty.js';

/** The options that change logits by the tokens before them. */
export type ProcessorOptions = Pick<
  SamplingOptions,
  'repetitionPenalty' | 'noRepeatNgramSize' | 'badWordsIds'
>;

/** The options' processors as one, in transformers' order; undefined where they change nothing. */
export function logitsProcessorOf(options: ProcessorOptions): LogitsProcessor | undefined {
  const { repetitionPenalty: penalty = 1, noRepeatNgramSize = 0, badWordsIds = [] } = options;
  const processors = [
    ...(penalty === 1 ? [] : [repetitionPenalty(penalty)]),
    ...(noRepeatNgramSize === 0 ? [] : [noRepeatNgram(noRepeatNgramSize)]),
    ...(badWordsIds.length === 0 ? [] : [badWords(badWordsIds)]),
  ];
  if (processors.length === 0) return undefined;
  return (logits, history) => {
    for (const process of processors) process(logits, history);
  };
}
