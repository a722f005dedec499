import { AutoTokenizer } from '@huggingface/transformers';
import { InputError, messageOf } from '../common/index.js';
import type { ChatMessage, Tokenizer } from './types.js';

type HubTokenizer = Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>;

/**
 * Loads a model's tokenizer.
 * @param directory Holds `tokenizer.json` and `tokenizer_config.json`.
 * @param template The chat template where it lies in a file of its own (`chat_template.jinja`).
 * @throws InputError when the files cannot be used.
 */
export async function loadTokenizer(
  directory: string,
  template: string | undefined,
): Promise<{ tokenizer: Tokenizer; eosTokenId: number | undefined }> {
  let inner: HubTokenizer;
  try {
    inner = await AutoTokenizer.from_pretrained(directory, { local_files_only: true });
  } catch (error) {
    throw new InputError(
      `${directory}: tokenizer.json cannot be used (${messageOf(error)}): take the one of the model`,
    );
  }
  return { tokenizer: wrap(inner, directory, template), eosTokenId: inner.eos_token_id };
}

function wrap(inner: HubTokenizer, directory: string, template: string | undefined): Tokenizer {
  const hasChatTemplate = Boolean(template ?? inner.chat_template);
  return {
    hasChatTemplate,
    encode: (text) => inner.encode(text),
    decode: (tokens) =>
      tokens.length === 0 ? '' : inner.decode(Array.from(tokens), { skip_special_tokens: true }),
    chat(messages) {
      if (!hasChatTemplate) {
        throw new InputError(
          `the model in ${directory} has no chat template: give plain prompts, or take a model tuned for chat`,
        );
      }
      return applyTemplate(inner, template, messages);
    },
  };
}

function applyTemplate(
  inner: HubTokenizer,
  template: string | undefined,
  messages: readonly ChatMessage[],
): number[] {
  try {
    const text = inner.apply_chat_template([...messages], {
      chat_template: template ?? null,
      add_generation_prompt: true,
      tokenize: false,
    });
    return inner.encode(text, { add_special_tokens: false });
  } catch (error) {
    throw new InputError(`the model's chat template refuses these messages: ${messageOf(error)}`);
  }
}
