import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawKind, makeDocument } from './documents.js';
import { makeRng } from './rng.js';

/** Tokens of the bundled tokenizer per word or punctuation mark of the corpus, measured on it. */
const TOKENS_PER_PIECE = 1.16;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      tokens: { type: 'string', default: '8000000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const target = Number(values.tokens);
  const seed = Number(values.seed);
  if (!values.out || !(target > 0) || !Number.isInteger(seed)) {
    process.stderr.write('usage: main.ts --out FILE [--tokens N] [--seed S]\n');
    process.exitCode = 2;
    return;
  }
  const rng = makeRng(seed);
  const file = createWriteStream(values.out);
  let tokens = 0;
  let documents = 0;
  while (tokens < target) {
    const text = makeDocument(rng, drawKind(rng));
    tokens += (text.match(/[A-Za-z0-9']+|[.,!?"]/g)?.length ?? 0) * TOKENS_PER_PIECE + 1;
    documents++;
    if (!file.write(`${text}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
  process.stderr.write(`${documents} documents, about ${Math.round(tokens)} tokens: ${values.out}\n`);
}

await main();
