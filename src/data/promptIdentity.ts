import type { PromptRow } from './types.js';

/**
 * The same for prompts that are equal but for case, the amount of white space and Unicode's compatible forms (NFKC); of
 * conversations, all turns are compared.
 */
export function promptIdentity({
  prompt,
  messages,
  followUps = [],
}: Pick<PromptRow, 'prompt' | 'messages' | 'followUps'>): string {
  const said = messages && [...messages, ...followUps.flat()];
  return JSON.stringify(said?.flatMap(({ role, content }) => [role, plain(content)]) ?? [plain(prompt)]);
}

function plain(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
