import { InputError } from '../../common/index.js';

/** What the engine knows about the model. */
export interface EngineLimits {
  vocabSize: number;
  /** Most tokens in one sequence, prompt and completion together; of a sequence-to-sequence model, in a completion. */
  contextLength: number;
  /** Most tokens in a source of a sequence-to-sequence model; undefined for other models. */
  sourceLength?: number | undefined;
  eosTokenIds: readonly number[];
}

/** Whether a number is a token of the vocabulary. */
export function isToken(token: number, vocabSize: number): boolean {
  return Number.isInteger(token) && token >= 0 && token < vocabSize;
}

/** @throws InputError for a count that is none. */
export function checkCounts(counts: { samples: number; maxBatch: number; maxNewTokens: number }): void {
  for (const [name, value] of Object.entries(counts)) {
    const least = name === 'maxNewTokens' ? 0 : 1;
    if (!Number.isInteger(value) || value < least) {
      throw new InputError(`${name} is ${value}: it must be a whole number of at least ${least}`);
    }
  }
}

/** @throws InputError for a prompt that is empty, holds strange tokens, or leaves no room for the new ones. */
export function checkPrompt(
  prompt: readonly number[],
  index: number,
  maxNewTokens: number,
  { vocabSize, contextLength, sourceLength }: EngineLimits,
): void {
  if (prompt.length === 0) throw new InputError(`prompt ${index} is empty: give it at least one token`);
  const strange = prompt.findIndex((token) => !isToken(token, vocabSize));
  if (strange !== -1) {
    throw new InputError(
      `prompt ${index} holds token ${prompt[strange]}, but the model's vocabulary has ${vocabSize} tokens`,
    );
  }
  if (sourceLength !== undefined && prompt.length > sourceLength) {
    throw new InputError(
      `prompt ${index} has ${prompt.length} tokens, but the model reads ${sourceLength}: shorten it`,
    );
  }
  const room = contextLength - (sourceLength === undefined ? prompt.length : 0);
  if (maxNewTokens > room) {
    throw new InputError(
      `prompt ${index} has ${prompt.length} tokens and ${maxNewTokens} new ones are asked for, but the model's ` +
        `context holds ${contextLength}: shorten the prompt or ask for fewer`,
    );
  }
}
