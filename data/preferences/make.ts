import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPrompts } from '../../src/data/index.js';
import { openLm, sampleLm } from '../../src/index.js';
import { vaderCompound } from '../../src/reward/vader.js';
import { makePrompts } from '../generator/makePrompts.js';
import { makeRng } from '../generator/rng.js';
import { rate } from './rule.js';

/** Completions of a prompt, and the places of those that are compared once they stand from the best to the worst. */
const SAMPLES = 8;
const COMPARED = [
  [0, 7],
  [1, 5],
  [2, 4],
  [3, 4],
] as const;

const TRAINING_PROMPTS = 640;
const HELDOUT_PROMPTS = 160;

interface Pair {
  prompt: string;
  chosen: string;
  rejected: string;
  /** How much more the rule gives the chosen one. */
  margin: number;
}

/** The pairs of one prompt: from far apart to neighbours; ties are left out. */
function pairsOf(prompt: string, completions: readonly string[]): Pair[] {
  const rated = completions.map((text) => ({ text, points: rate(text, vaderCompound) }));
  rated.sort((a, b) => b.points - a.points);
  return COMPARED.flatMap(([better, worse]) => {
    const margin = rated[better].points - rated[worse].points;
    if (margin <= 0) return [];
    return [
      { prompt, chosen: rated[better].text, rejected: rated[worse].text, margin: Number(margin.toFixed(4)) },
    ];
  });
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'data/preferences' },
    seed: { type: 'string', default: '21' },
  },
});
const seed = Number(values.seed);
const known = new Set(loadPrompts('data/prompts/stories.txt').map(({ prompt }) => prompt));
const drawn = makePrompts(makeRng(seed, 1), 'story', TRAINING_PROMPTS + HELDOUT_PROMPTS + known.size);
const prompts = drawn.filter((prompt) => !known.has(prompt));
const lm = await openLm('data/models/stories', { threads: 1 });
const parts = [
  { name: 'train.jsonl', prompts: prompts.slice(0, TRAINING_PROMPTS) },
  { name: 'heldout.jsonl', prompts: prompts.slice(TRAINING_PROMPTS, TRAINING_PROMPTS + HELDOUT_PROMPTS) },
];
for (const part of parts) {
  const samples = await sampleLm(lm, part.prompts, { n: SAMPLES, topK: 64, maxNewTokens: 32, seed });
  const pairs = part.prompts.flatMap((prompt, i) =>
    pairsOf(
      prompt,
      samples.slice(i * SAMPLES, (i + 1) * SAMPLES).map(({ completion }) => completion),
    ),
  );
  writeFileSync(join(values.out, part.name), `${pairs.map((pair) => JSON.stringify(pair)).join('\n')}\n`);
}
await lm.close();
