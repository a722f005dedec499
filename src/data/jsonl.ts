import { InputError, messageOf } from '../common/index.js';
import { isRecord } from '../config/index.js';
import { chatMessages, withoutLastAnswer } from './messages.js';
import type { ChatMessage, PromptRow } from './types.js';

/** The prompts of a JSON-lines text. See {@link loadPrompts}. */
export function promptsOfJsonl(text: string, file: string): PromptRow[] {
  return text.split(/\r?\n/).flatMap((source, i) => {
    if (source.trim() === '') return [];
    return [promptRow(parseObject(source, `${file}:${i + 1}`), file, i + 1)];
  });
}

function parseObject(source: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new InputError(`${where}: not valid JSON: ${messageOf(error)}; each line holds one object`);
  }
  if (isRecord(value)) return value;
  throw new InputError(`${where}: each line holds a JSON object, such as {"prompt": "Once upon a time"}`);
}

function promptRow(columns: Record<string, unknown>, file: string, line: number): PromptRow {
  const where = `${file}:${line}`;
  if ('prompt' in columns) {
    const { prompt, ...row } = columns;
    if (typeof prompt === 'string') {
      if (prompt.trim() === '') throw new InputError(`${where}: 'prompt' is empty`);
      return { prompt, row, line };
    }
    return { ...conversation(chatPrompt(prompt, `${where}: 'prompt'`)), row, line };
  }
  if ('messages' in columns) {
    const { messages, ...row } = columns;
    const key = `${where}: 'messages'`;
    return { ...conversation(withoutLastAnswer(chatMessages(messages, key), key)), row, line };
  }
  const names = Object.keys(columns).join(', ') || 'none';
  throw new InputError(`${where}: no 'prompt' or 'messages' (its keys: ${names})`);
}

/** A conversation given as the prompt asks for the assistant's next turn, so it may not end with one. */
function chatPrompt(prompt: unknown, where: string): ChatMessage[] {
  if (!Array.isArray(prompt)) throw new InputError(`${where} is neither a text nor a list of messages`);
  const messages = chatMessages(prompt, where);
  if (messages.at(-1)?.role === 'assistant') {
    throw new InputError(
      `${where} ends with the assistant's turn: end it with the user's, or call it 'messages' to cut the answer off`,
    );
  }
  return messages;
}

function conversation(messages: readonly ChatMessage[]): {
  prompt: string;
  messages: readonly ChatMessage[];
} {
  return { prompt: messages.at(-1)?.content ?? '', messages };
}
