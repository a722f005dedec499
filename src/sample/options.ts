import type { Lm, SamplingOptions } from '../lm/index.js';
import { badWordsIds } from './badWords.js';

/** How texts are completed. */
export interface CompletionOptions extends Omit<SamplingOptions, 'badWordsIds'> {
  /** Completions per prompt; default 1. */
  n?: number;
  /** Most new tokens of a completion. Default 32. */
  maxNewTokens?: number;
  /**
   * Texts that are not written, wherever they stand: what their tokens begin may come, their last token never. (The
   * same letters cut into other tokens than the tokenizer's may.)
   */
  badWords?: readonly string[];
  /** Texts that end a completion. */
  stop?: readonly string[];
  /** Called with pieces of text as they are generated; `sequence` is `prompt * n + sample`. */
  onText?: (text: string, sequence: number) => void;
  signal?: AbortSignal;
}

/** The options for the language model's own tokens. @throws InputError for a blank bad word. */
export function samplingOptions(
  lm: Lm,
  { badWords = [], ...options }: Omit<CompletionOptions, 'onText' | 'signal'>,
): SamplingOptions {
  return { ...options, badWordsIds: badWordsIds(lm, badWords) };
}
