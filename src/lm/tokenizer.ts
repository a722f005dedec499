import { AutoTokenizer } from '@huggingface/transformers';
import { InputError, messageOf } from '../common/index.js';
import { chatTokens, endOfTurnTokens, type HubTokenizer } from './chat.js';
import { chooseLanguages, languagesOf } from './languages.js';
import { hasten } from './tiktoken/hasten.js';
import type { Languages, Tokenizer } from './types.js';

export interface TokenizerOptions {
  /** What to translate from and into. */
  languages?: Languages | undefined;
  /** Characters to encode before js-tiktoken is tried; default as many as `tokenizer.json` has bytes. */
  tiktokenAfter?: number;
}

/** What a model's tokenizer files hold. */
export interface LoadedTokenizer {
  tokenizer: Tokenizer;
  eosTokenId: number | undefined;
  /** See {@link endOfTurnTokens}; none without a chat template. */
  endOfTurnTokenIds: readonly number[];
  /** What a target in the asked language begins with. */
  languageToken: number | undefined;
  /** Codes of the languages that it could mark. */
  languages: readonly string[];
}

/**
 * Loads a model's tokenizer.
 * @param directory Holds `tokenizer.json` and `tokenizer_config.json`.
 * @param template The chat template where it lies in a file of its own (`chat_template.jinja`).
 * @throws InputError when the files cannot be used.
 */
export async function loadTokenizer(
  directory: string,
  template: string | undefined,
  { languages = {}, tiktokenAfter }: TokenizerOptions = {},
): Promise<LoadedTokenizer> {
  let inner: HubTokenizer;
  try {
    inner = await AutoTokenizer.from_pretrained(directory, { local_files_only: true });
  } catch (error) {
    throw new InputError(
      `${directory}: tokenizer.json cannot be used (${messageOf(error)}): take the one of the model`,
    );
  }
  const languageToken = chooseLanguages(inner, languages, directory);
  const tokenizer = wrap(inner, directory, template, tiktokenAfter);
  return {
    tokenizer,
    eosTokenId: inner.eos_token_id,
    endOfTurnTokenIds: tokenizer.hasChatTemplate ? endOfTurnTokens(inner, template) : [],
    languageToken,
    languages: languagesOf(inner),
  };
}

function wrap(
  inner: HubTokenizer,
  directory: string,
  template: string | undefined,
  tiktokenAfter: number | undefined,
): Tokenizer {
  const hasChatTemplate = Boolean(template ?? inner.chat_template);
  return {
    hasChatTemplate,
    encode: hasten((text) => inner.encode(text), directory, tiktokenAfter),
    decode: (tokens) =>
      tokens.length === 0 ? '' : inner.decode(Array.from(tokens), { skip_special_tokens: true }),
    chat(messages) {
      if (!hasChatTemplate) {
        throw new InputError(
          `the model in ${directory} has no chat template: give plain prompts, or take a model tuned for chat`,
        );
      }
      return chatTokens(inner, template, messages);
    },
  };
}
