import type { ChatMessage } from '../types.js';

/**
 * Divides two texts into their common beginning and the rest of each, as TRL's `extract_prompt` does, but never within a
 * word. Spaces at the end of the beginning go to the rests, which is where tokenizers have them.
 */
export function divideTexts(a: string, b: string): { prompt: string; rests: [string, string] } {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  const words = /^(?:.*\s)?/su.exec(a.slice(0, same))?.[0] ?? '';
  const end = words.replace(/ +$/, '').length;
  return { prompt: a.slice(0, end), rests: [a.slice(end), b.slice(end)] };
}

/** Divides two conversations into their common beginning, up to the assistant's turn, and the rest of each. */
export function divideConversations(
  a: readonly ChatMessage[],
  b: readonly ChatMessage[],
): { messages: ChatMessage[]; rests: [ChatMessage[], ChatMessage[]] } {
  const differ = a.findIndex(({ role, content }, i) => b[i]?.role !== role || b[i].content !== content);
  const same = differ < 0 ? a.length : differ;
  const end = a.slice(0, same).findLastIndex(({ role }) => role !== 'assistant') + 1;
  return { messages: a.slice(0, end), rests: [a.slice(end), b.slice(end)] };
}
