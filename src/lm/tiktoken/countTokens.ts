import { getEncodingNameForModel, Tiktoken, type TiktokenModel } from 'js-tiktoken/lite';
import { z } from 'zod';
import { InputError } from '../../common/index.js';
import type { ChatMessage } from '../types.js';
import { ENCODINGS, loadRanks } from './encodings.js';

/** Tokens that begin the answer: `<|start|>assistant<|message|>`. */
const ANSWER_START = 3;
/** Tokens around the role and the text of each message. */
const MESSAGE_OVERHEAD = 3;
/** The one model that has more of them. */
const OLDER_CHAT_MODEL = 'gpt-3.5-turbo-0301';
const CHAT_MODELS = /^(gpt-3\.?5-turbo(?!-instruct)|gpt-4|gpt-5|chatgpt-|o\d|cl100k_base$|o200k_base$)/;

const modelName = z.custom<TiktokenModel>((value) => typeof value === 'string');
const loaded = new Map<string, Tiktoken>();

/** Tokens, or the price of a million of them in any currency. */
export interface TokenAmounts {
  /** What the model reads. */
  prompt: number;
  /** What it writes. */
  completion: number;
}

/**
 * How many tokens a remote model of OpenAI's reads: of a text, or of a conversation with what the API puts around each
 * message and before the answer, as OpenAI's cookbook counts it. Special tokens in a text count as plain text. The first
 * call for an encoding reads its table, in 0.1 to 0.6 s.
 * @param model A model that js-tiktoken knows, such as `gpt-4o`, or for another one its encoding, such as `o200k_base`.
 * @throws InputError for a model that is not known, and for a conversation with a model that does not chat.
 */
export function countTokens(input: string | readonly ChatMessage[], model: string): number {
  const tiktoken = encodingOf(model);
  const count = (text: string) => tiktoken.encode(text, [], []).length;
  if (typeof input === 'string') return count(input);
  if (!CHAT_MODELS.test(model)) {
    throw new InputError(`the model '${model}' takes no chat messages: count the tokens of a plain text`);
  }
  const overhead = MESSAGE_OVERHEAD + (model === OLDER_CHAT_MODEL ? 1 : 0);
  return input.reduce(
    (sum, { role, content }) => sum + overhead + count(role) + count(content),
    ANSWER_START,
  );
}

/** What tokens cost at the prices of a million, in the prices' currency. */
export function tokenCost(tokens: TokenAmounts, pricesPerMillion: TokenAmounts): number {
  const { prompt, completion } = pricesPerMillion;
  return (tokens.prompt * prompt + tokens.completion * completion) / 1e6;
}

function encodingOf(model: string): Tiktoken {
  const name = ENCODINGS.has(model) ? model : encodingName(model);
  const known = loaded.get(name);
  if (known) return known;
  const tiktoken = new Tiktoken(loadRanks(name));
  loaded.set(name, tiktoken);
  return tiktoken;
}

function encodingName(model: string): string {
  try {
    return getEncodingNameForModel(modelName.parse(model));
  } catch (error) {
    const encodings = [...ENCODINGS.keys()].join(', ');
    throw new InputError(
      `js-tiktoken does not know the model '${model}': name its encoding instead (${encodings})`,
      { cause: error },
    );
  }
}
