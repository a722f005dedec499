import type { PromptRow } from '../types.js';

/** The rows of each prompt, in their order. Prompts are the same when they are equal to the letter. */
export function byPrompt<T extends Pick<PromptRow, 'prompt' | 'messages'>>(rows: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.messages ?? row.prompt);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}
