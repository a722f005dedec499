import { InputError } from '../common/index.js';
import { type Script, scriptOf, scriptOfTurns } from './dialogue.js';
import { chatMessages, chatPrompt, withoutLastAnswer } from './messages.js';
import type { PromptRow } from './types.js';

/**
 * The prompt of a row, with its other columns. See {@link loadPrompts}.
 * @throws InputError when it has none.
 */
export function promptOf(
  columns: Readonly<Record<string, unknown>>,
  turns?: number,
): Omit<PromptRow, 'line'> {
  if ('prompt' in columns) {
    const { prompt, ...row } = columns;
    if (typeof prompt === 'string') {
      if (prompt.trim() === '') throw new InputError("'prompt' is empty");
      return { prompt, row };
    }
    return { ...conversation({ messages: chatPrompt(prompt, "'prompt'") }), row };
  }
  if ('messages' in columns) {
    const { messages, ...row } = columns;
    return { ...conversation(recorded(messages, turns)), row };
  }
  if ('turns' in columns) {
    const { turns: given, system, ...row } = columns;
    if (turns === undefined) {
      throw new InputError("'turns' is a dialogue: set env.turns to the most answers of one");
    }
    return { ...conversation(scriptOfTurns(given, system, turns)), row };
  }
  const names = Object.keys(columns).join(', ') || 'none';
  const known = turns === undefined ? "'prompt' or 'messages'" : "'prompt', 'messages' or 'turns'";
  throw new InputError(`no ${known} (its keys: ${names})`);
}

/** A conversation with its answers: the last of them is to be given anew, or up to `turns`, from the first on. */
function recorded(value: unknown, turns: number | undefined): Script {
  const messages = chatMessages(value, "'messages'");
  const asked = withoutLastAnswer(messages, "'messages'");
  return turns === undefined ? { messages: asked } : scriptOf(asked, turns);
}

function conversation(script: Script): Script & { prompt: string } {
  return { prompt: script.messages.at(-1)?.content ?? '', ...script };
}
