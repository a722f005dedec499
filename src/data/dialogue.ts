import { InputError } from '../common/index.js';
import type { ChatMessage } from './types.js';

/** The parts of a dialogue: what is said before the first answer, and before each later one. */
export interface Script {
  messages: readonly ChatMessage[];
  followUps?: readonly (readonly ChatMessage[])[];
}

/**
 * The script of a recorded conversation: its answers are left out, and what was said between them remains. An
 * assistant's greeting before the user's first turn stays, as nothing that was asked for.
 * @param turns Most answers; what comes after them is left out.
 */
export function scriptOf(messages: readonly ChatMessage[], turns: number): Script {
  const said: ChatMessage[][] = [[]];
  let greeting = true;
  for (const message of messages) {
    const open = said[said.length - 1];
    if (message.role === 'user') greeting = false;
    if (message.role !== 'assistant' || greeting) open.push(message);
    else if (open.length > 0) said.push([]);
  }
  return cut(
    said.filter((part) => part.length > 0),
    turns,
  );
}

/**
 * The script of a row with the user's `turns` one after the other, and perhaps a `system` message before them.
 * @throws InputError when they are no texts, or some are empty.
 */
export function scriptOfTurns(given: unknown, system: unknown, turns: number): Script {
  if (!isTexts(given)) {
    throw new InputError("'turns' is no list of texts: it holds what the user says, turn by turn");
  }
  if (given.length === 0) throw new InputError("'turns' is an empty list: a dialogue needs a turn");
  const empty = given.findIndex((text) => text.trim() === '');
  if (empty >= 0) throw new InputError(`'turns': text ${empty + 1} is empty`);
  if (system !== undefined && typeof system !== 'string') throw new InputError("'system' is no text");
  const [first, ...later] = given.map((content) => [{ role: 'user', content }]);
  return cut(
    [system === undefined ? first : [{ role: 'system', content: system }, ...first], ...later],
    turns,
  );
}

function cut([messages, ...later]: readonly (readonly ChatMessage[])[], turns: number): Script {
  const followUps = later.slice(0, turns - 1);
  return { messages, ...(followUps.length > 0 ? { followUps } : {}) };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
