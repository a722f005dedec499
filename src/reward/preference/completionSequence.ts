import { type ChatMessage, completionTokens, type GivenSequence, type Lm } from '../../lm/index.js';

/** A completion with what it completes. */
export interface Completed {
  prompt: string;
  messages?: readonly ChatMessage[];
  completion: string;
}

/** The tokens of a completion, as they are read. */
export interface CompletionSequence extends GivenSequence {
  /** Whether something was left out to fit into the model's context. */
  cut: boolean;
}

/** Tokenises a completion, behind its prompt as generation joins the two; chat messages go through the chat template. */
export function completionSequence(
  lm: Pick<Lm, 'tokenizer' | 'info'>,
  { prompt: text, messages, completion }: Completed,
): CompletionSequence {
  const tokens = messages ? lm.tokenizer.chat(messages) : lm.tokenizer.encode(text);
  const encoded = { text, tokens, ...(messages ? { messages } : {}) };
  return fitted(lm, tokens, completionTokens(lm, encoded, completion));
}

/**
 * What is read of a completion that is longer than the context with its prompt: the prompt loses its beginning, down to
 * half of the context, and then the completion its end. The source of an encoder-decoder model loses its end.
 */
export function fitted(
  { info: { contextLength, sourceLength } }: Pick<Lm, 'info'>,
  prompt: readonly number[],
  completion: readonly number[],
): CompletionSequence {
  const room = Math.max(Math.floor(contextLength / 2), contextLength - completion.length);
  const kept = sourceLength === undefined ? prompt.slice(-room) : prompt.slice(0, sourceLength);
  const left = contextLength - (sourceLength === undefined ? kept.length : 0);
  return {
    prompt: kept,
    completion: completion.slice(0, left),
    cut: kept.length < prompt.length || completion.length > left,
  };
}
