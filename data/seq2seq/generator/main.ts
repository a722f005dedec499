import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawDivision, TASKS } from './pairs.js';

function writeRows(path: string, rows: readonly object[]): void {
  writeFileSync(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

/** Writes the prompts of both tasks with their references, and the model's corpus with careless targets. */
function main(): void {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: 'data/seq2seq' },
      corpus: { type: 'string' },
      translate: { type: 'string', default: '80000' },
      summarize: { type: 'string', default: '40000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const seed = Number(values.seed);
  if (!values.corpus || !TASKS.every((task) => Number(values[task]) > 0) || !Number.isInteger(seed)) {
    process.stderr.write(
      'usage: main.ts --corpus FILE [--out DIR] [--translate N] [--summarize N] [--seed S]\n',
    );
    process.exitCode = 2;
    return;
  }
  mkdirSync(values.out, { recursive: true });
  const out = values.out;
  const corpus = TASKS.flatMap((task) => {
    const division = drawDivision(task, seed, Number(values[task]));
    for (const part of ['eval', 'train'] as const) {
      const rows = division[part].map(({ source, reference }) => ({ prompt: source, reference }));
      writeRows(join(out, `${task}-${part}.jsonl`), rows);
    }
    return division.corpus.map(({ source, careless }) => ({ source, target: careless }));
  });
  writeRows(values.corpus, corpus);
}

main();
