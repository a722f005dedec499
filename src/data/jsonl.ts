import { InputError, messageOf } from '../common/index.js';
import { isRecord } from '../config/index.js';
import { type Script, scriptOf, scriptOfTurns } from './dialogue.js';
import { chatMessages, withoutLastAnswer } from './messages.js';
import type { ChatMessage, PromptRow } from './types.js';

/** The prompts of a JSON-lines text. See {@link loadPrompts}. */
export function promptsOfJsonl(text: string, file: string, turns?: number): PromptRow[] {
  return text.split(/\r?\n/).flatMap((source, i) => {
    if (source.trim() === '') return [];
    return [promptRow(parseObject(source, `${file}:${i + 1}`), file, i + 1, turns)];
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

function promptRow(
  columns: Record<string, unknown>,
  file: string,
  line: number,
  turns: number | undefined,
): PromptRow {
  const where = `${file}:${line}`;
  if ('prompt' in columns) {
    const { prompt, ...row } = columns;
    if (typeof prompt === 'string') {
      if (prompt.trim() === '') throw new InputError(`${where}: 'prompt' is empty`);
      return { prompt, row, line };
    }
    return { ...conversation({ messages: chatPrompt(prompt, `${where}: 'prompt'`) }), row, line };
  }
  if ('messages' in columns) {
    const { messages, ...row } = columns;
    return { ...conversation(recorded(messages, `${where}: 'messages'`, turns)), row, line };
  }
  if ('turns' in columns) {
    const { turns: given, system, ...row } = columns;
    if (turns === undefined) {
      throw new InputError(`${where}: 'turns' is a dialogue: set env.turns to the most answers of one`);
    }
    return { ...conversation(scriptOfTurns(given, system, turns, where)), row, line };
  }
  const names = Object.keys(columns).join(', ') || 'none';
  const known = turns === undefined ? "'prompt' or 'messages'" : "'prompt', 'messages' or 'turns'";
  throw new InputError(`${where}: no ${known} (its keys: ${names})`);
}

/** A conversation with its answers: the last of them is to be given anew, or up to `turns`, from the first on. */
function recorded(value: unknown, where: string, turns: number | undefined): Script {
  const messages = chatMessages(value, where);
  const asked = withoutLastAnswer(messages, where);
  return turns === undefined ? { messages: asked } : scriptOf(asked, turns);
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

function conversation(script: Script): Script & { prompt: string } {
  return { prompt: script.messages.at(-1)?.content ?? '', ...script };
}
