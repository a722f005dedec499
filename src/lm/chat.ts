import type { AutoTokenizer } from '@huggingface/transformers';
import { InputError, messageOf } from '../common/index.js';
import type { ChatMessage } from './types.js';

/** transformers.js's tokenizer. */
export type HubTokenizer = Awaited<ReturnType<typeof AutoTokenizer.from_pretrained>>;

/**
 * The tokens of a conversation, ready for the assistant's next turn.
 * @param template The chat template where it lies in a file of its own; else the tokenizer's is used.
 * @throws InputError when the template refuses the messages.
 */
export function chatTokens(
  inner: HubTokenizer,
  template: string | undefined,
  messages: readonly ChatMessage[],
): number[] {
  try {
    return inner.encode(render(inner, template, messages, true), { add_special_tokens: false });
  } catch (error) {
    throw new InputError(`the model's chat template refuses these messages: ${messageOf(error)}`);
  }
}

// Its answer must stand in the rendered text once, and as it is.
const PROBE = [
  { role: 'user', content: 'Hello' },
  { role: 'assistant', content: 'This is the answer' },
] as const;

/**
 * The token that ends the assistant's turn: the first of the vocabulary's added tokens that the chat template puts
 * right behind an answer. Many chat models end their turns with a token that is not their end-of-sequence token.
 * @returns No token where the template closes a turn with plain text, or refuses a short conversation.
 */
export function endOfTurnTokens(inner: HubTokenizer, template: string | undefined): number[] {
  let rendered: string;
  try {
    rendered = render(inner, template, PROBE, false);
  } catch {
    // A template that needs more, such as tools, says so when it is used.
    return [];
  }
  const answer = PROBE[1].content;
  const at = rendered.lastIndexOf(answer);
  if (at < 0) return [];
  const added = inner._tokenizer.get_added_tokens_decoder();
  const behind = inner.encode(rendered.slice(at + answer.length), { add_special_tokens: false });
  const first = behind.find((id) => (added.get(id)?.content ?? inner.decode([id])).trim() !== '');
  return first !== undefined && added.has(first) ? [first] : [];
}

function render(
  inner: HubTokenizer,
  template: string | undefined,
  messages: readonly ChatMessage[],
  forAnswer: boolean,
): string {
  return inner.apply_chat_template([...messages], {
    chat_template: template ?? null,
    add_generation_prompt: forAnswer,
    tokenize: false,
  });
}
