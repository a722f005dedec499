import { InputError } from '../common/index.js';
import { isRecord } from '../config/index.js';
import type { ChatMessage } from './types.js';

/**
 * Checks a list of chat messages.
 * @param where `'key'`, for messages.
 * @throws InputError when it is no list, is empty, or holds anything but `{role, content}` texts.
 */
export function chatMessages(value: unknown, where: string): ChatMessage[] {
  if (!Array.isArray(value)) throw new InputError(`${where} is no list of {role, content} messages`);
  if (value.length === 0) throw new InputError(`${where} is an empty list: a conversation needs a message`);
  return value.map((message: unknown, i) => {
    const { role, content } = isRecord(message) ? message : {};
    if (typeof role !== 'string' || role === '') {
      throw new InputError(`${where}: message ${i + 1} has no 'role' text`);
    }
    if (typeof content !== 'string') {
      throw new InputError(
        `${where}: message ${i + 1} has no 'content' text: only text content is supported`,
      );
    }
    return { role, content };
  });
}

/**
 * Checks a conversation that asks for the assistant's next turn, so that it may not end with one.
 * @param where `'key'`, for messages.
 */
export function chatPrompt(prompt: unknown, where: string): ChatMessage[] {
  if (!Array.isArray(prompt)) throw new InputError(`${where} is neither a text nor a list of messages`);
  const messages = chatMessages(prompt, where);
  if (messages.at(-1)?.role === 'assistant') {
    throw new InputError(
      `${where} ends with the assistant's turn: end it with the user's, or call it 'messages' to cut the answer off`,
    );
  }
  return messages;
}

/**
 * What stands before the assistant's last turn: a conversation with its answer becomes a prompt.
 * @throws InputError when nothing stands before it.
 */
export function withoutLastAnswer(messages: readonly ChatMessage[], where: string): readonly ChatMessage[] {
  const end = messages.findLastIndex((message) => message.role !== 'assistant') + 1;
  if (end === 0)
    throw new InputError(`${where} holds the assistant's turns alone: a prompt needs the user's`);
  return messages.slice(0, end);
}
