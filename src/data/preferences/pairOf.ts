import { InputError } from '../../common/index.js';
import type { Row } from '../rows/types.js';
import { type Asked, answerOf, askedBy, askedInChat, askedOf, noTextIn, turnsOf } from './answer.js';
import { divideConversations, divideTexts } from './commonBeginning.js';
import type { PreferencePair } from './types.js';

/**
 * The pair of a row with `chosen` and `rejected`, both texts or both lists of messages, and mostly `prompt`. Without it,
 * or where both are whole conversations, what they begin with is the prompt.
 * @throws InputError when the row is malformed.
 */
export function pairOf({ columns, line, file }: Row): PreferencePair {
  const { prompt, chosen, rejected, margin, ...row } = columns;
  const place = { row, line, file: file.name };
  for (const name of ['chosen', 'rejected']) {
    if (typeof columns[name] !== 'string' && !Array.isArray(columns[name])) throw noTextIn(columns, name);
  }
  return { ...sidesOf(prompt, chosen, rejected), ...marginOf(margin), ...place };
}

type Sides = Asked & { chosen: string; rejected: string };

function sidesOf(prompt: unknown, chosen: unknown, rejected: unknown): Sides {
  const explicit = prompt === undefined ? undefined : askedOf(prompt);
  if (typeof chosen === 'string' && typeof rejected === 'string') {
    if (explicit) return { ...explicit, chosen, rejected };
    const { prompt: begun, rests } = divideTexts(chosen, rejected);
    return { prompt: begun, chosen: rests[0], rejected: rests[1] };
  }
  if (typeof chosen === 'string' || typeof rejected === 'string') {
    throw new InputError(
      "one of 'chosen' and 'rejected' is a text and one a list of messages: make them alike",
    );
  }
  return conversationSides(explicit, chosen, rejected);
}

function conversationSides(explicit: Asked | undefined, chosen: unknown, rejected: unknown): Sides {
  const { messages, rests } = divideConversations(
    turnsOf(chosen, "'chosen'"),
    turnsOf(rejected, "'rejected'"),
  );
  const asked = messages.length > 0 ? askedBy(messages) : explicit && askedInChat(explicit);
  if (!asked) {
    throw new InputError("'chosen' and 'rejected' do not begin with the same user's turn: give the 'prompt'");
  }
  return { ...asked, chosen: answerOf(rests[0], "'chosen'"), rejected: answerOf(rests[1], "'rejected'") };
}

function marginOf(margin: unknown): { margin?: number } {
  if (margin === undefined || margin === null) return {};
  if (typeof margin === 'number' && Number.isFinite(margin)) return { margin };
  throw new InputError("'margin' is no number, such as 1");
}
