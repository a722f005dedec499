import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makePrompts } from './makePrompts.js';
import { makeRng } from './rng.js';

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
