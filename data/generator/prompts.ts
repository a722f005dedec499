import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Kind, makeOpening } from './documents.js';
import { makeRng, type Rng } from './rng.js';

const SHORTEST = 3;
const LONGEST = 10;

/** The first words of an opening sentence: never the whole of it, and nothing after the last word. */
function makePrompt(rng: Rng, kind: Kind): string {
  const words = makeOpening(rng, kind).split(' ');
  const most = Math.min(LONGEST, words.length - 1);
  return words.slice(0, SHORTEST + rng.below(Math.max(1, most - SHORTEST + 1))).join(' ');
}

/** Distinct prompts of one kind; none ends a sentence. */
function makePrompts(rng: Rng, kind: Kind, count: number): string[] {
  const prompts = new Set<string>();
  while (prompts.size < count) {
    const prompt = makePrompt(rng, kind);
    if (prompt.split(' ').length >= SHORTEST && !/[.!?,"]$/.test(prompt)) prompts.add(prompt);
  }
  return [...prompts];
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'data/prompts' },
    seed: { type: 'string', default: '3' },
  },
});
const seed = Number(values.seed);
mkdirSync(values.out, { recursive: true });
const stories = makePrompts(makeRng(seed, 1), 'story', 256);
const reviews = makePrompts(makeRng(seed, 2), 'review', 96);
writeFileSync(join(values.out, 'stories.txt'), `${stories.join('\n')}\n`);
writeFileSync(
  join(values.out, 'reviews.jsonl'),
  `${reviews.map((prompt) => JSON.stringify({ prompt })).join('\n')}\n`,
);
