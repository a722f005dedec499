import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { vaderCompound } from '../../src/reward/vader.js';
import { makeDocument } from '../generator/documents.js';
import { makeRng } from '../generator/rng.js';
import { cosiness } from './rule.js';

/** How many stories each document is the best of. */
const BEST_OF = 12;

/** The mean cosiness of a story's sentences, so that long stories have no advantage. */
function rateStory(story: string): number {
  const sentences = story.match(/[^.!?]+[.!?]"?/g) ?? [story];
  const rates = sentences.map((sentence) => cosiness(sentence, vaderCompound));
  return rates.reduce((a, b) => a + b) / rates.length;
}

/** The teacher's corpus: stories from the generator of the bundled one, each the cosiest of several. */
function main(): void {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      documents: { type: 'string', default: '60000' },
      seed: { type: 'string', default: '11' },
    },
  });
  const count = Number(values.documents);
  const seed = Number(values.seed);
  if (!values.out || !(count > 0) || !Number.isInteger(seed)) {
    process.stderr.write('usage: corpus.ts --out FILE [--documents N] [--seed S]\n');
    process.exitCode = 2;
    return;
  }
  const rng = makeRng(seed);
  const documents = Array.from({ length: count }, () => {
    const stories = Array.from({ length: BEST_OF }, () => makeDocument(rng, 'story'));
    const rates = stories.map(rateStory);
    return stories[rates.indexOf(Math.max(...rates))];
  });
  writeFileSync(values.out, `${documents.join('\n')}\n`);
}

main();
