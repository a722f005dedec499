import { type Kind, makeOpening } from './documents.js';
import type { Rng } from './rng.js';

const SHORTEST = 3;
const LONGEST = 10;

/** The first words of an opening sentence: never the whole of it, and nothing after the last word. */
function makePrompt(rng: Rng, kind: Kind): string {
  const words = makeOpening(rng, kind).split(' ');
  const most = Math.min(LONGEST, words.length - 1);
  return words.slice(0, SHORTEST + rng.below(Math.max(1, most - SHORTEST + 1))).join(' ');
}

/** Distinct prompts of one kind; none ends a sentence. */
export function makePrompts(rng: Rng, kind: Kind, count: number): string[] {
  const prompts = new Set<string>();
  while (prompts.size < count) {
    const prompt = makePrompt(rng, kind);
    if (prompt.split(' ').length >= SHORTEST && !/[.!?,"]$/.test(prompt)) prompts.add(prompt);
  }
  return [...prompts];
}
