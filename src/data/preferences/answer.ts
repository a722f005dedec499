import { InputError } from '../../common/index.js';
import { chatMessages, chatPrompt } from '../messages.js';
import type { ChatMessage } from '../types.js';

/** What is asked for: a text to continue, or a conversation to answer. */
export interface Asked {
  prompt: string;
  messages?: readonly ChatMessage[];
}

/** A conversation as what is asked for. */
export function askedBy(messages: readonly ChatMessage[]): Asked {
  return { prompt: messages.at(-1)?.content ?? '', messages };
}

/** What a `prompt` column asks for. A text may be empty. @throws InputError when it is no text and no conversation. */
export function askedOf(prompt: unknown): Asked {
  return typeof prompt === 'string' ? { prompt } : askedBy(chatPrompt(prompt, "'prompt'"));
}

/** The same as a conversation: a text becomes the user's turn. */
export function askedInChat(asked: Asked): Asked {
  return asked.messages ? asked : askedBy([{ role: 'user', content: asked.prompt }]);
}

/** A list of messages, which may be empty. @throws InputError when it is none. */
export function turnsOf(value: unknown, where: string): ChatMessage[] {
  return Array.isArray(value) && value.length === 0 ? [] : chatMessages(value, where);
}

/** The text of an answer that is a list of messages; none is an empty one. @throws InputError when it is no answer. */
export function answerOf(messages: readonly ChatMessage[], where: string): string {
  const [answer, ...more] = messages;
  if (answer && answer.role !== 'assistant') {
    throw new InputError(
      `${where} goes on with the ${answer.role}'s turn, where the assistant's answer must stand`,
    );
  }
  if (more.length > 0) {
    throw new InputError(
      `${where} goes on after the assistant's answer: leave out what follows, or end the prompt later`,
    );
  }
  return answer?.content ?? '';
}

/** What to say of a row without a column. */
export function missing(columns: Readonly<Record<string, unknown>>, name: string): InputError {
  return new InputError(`no '${name}' (its keys: ${Object.keys(columns).join(', ')})`);
}

/** What to say of a column that holds no text and no messages, or is not there. */
export function noTextIn(columns: Readonly<Record<string, unknown>>, name: string): InputError {
  if (!(name in columns)) return missing(columns, name);
  return new InputError(`'${name}' is neither a text nor a list of messages`);
}
