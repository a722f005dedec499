/**
 * Does memory grow? 100,000 requests of mixed lengths on one model, in calls of 1 to 40 prompts with 1 to 4 samples:
 * `npx tsx bench/soak.ts [MODEL] [--requests 100000] [--dtype fp32]`. Memory is the process's (RSS), compared after a warm-up of a
 * tenth of the requests.
 */
import { parseArgs } from 'node:util';
import { randomStream } from '../src/common/index.js';
import { loadPrompts } from '../src/data/index.js';
import { openLm, sampling } from '../src/lm/index.js';
import { dateAndMachine, table } from './lib.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { requests: { type: 'string', default: '100000' }, dtype: { type: 'string', default: 'fp32' } },
});
const [model = 'data/models/stories'] = positionals;
const requests = Number(options.requests);
const WARM_UP = 0.1;
const MOST_PROMPTS = 40;
const MOST_SAMPLES = 4;
const MOST_NEW = 48;
/** Tokens of the longest prompt. */
const LONGEST = 150;
const MIB = 2 ** 20;

const lm = await openLm(model, { threads: 1, dtype: options.dtype });
const stories = loadPrompts('data/prompts/stories.txt').flatMap(({ prompt }) => lm.tokenizer.encode(prompt));
const random = randomStream(0, 'soak');
const upTo = (most: number) => 1 + Math.floor(random.next() * most);

/** One call with prompts, samples and lengths at random; gives its requests and tokens. */
async function call(seed: number): Promise<{ requests: number; tokens: number }> {
  const prompts = Array.from({ length: upTo(MOST_PROMPTS) }, () => {
    // Most prompts are short, a few are long.
    const length = Math.ceil(LONGEST ** random.next());
    const start = Math.floor(random.next() * (stories.length - length));
    return stories.slice(start, start + length);
  });
  const samples = upTo(MOST_SAMPLES);
  const lengths = Array.from({ length: prompts.length * samples }, () => upTo(MOST_NEW));
  const generated = await lm.generate(prompts, {
    samples,
    maxNewTokens: MOST_NEW,
    nextTokens: sampling({ seed, topK: 50 }),
    stop: (sequence, tokens) => tokens.length >= lengths[sequence],
  });
  return {
    requests: generated.length,
    tokens: generated.reduce((sum, { tokens }) => sum + tokens.length, 0),
  };
}

const marks: { requests: number; rss: number }[] = [];
const before = performance.now();
let done = 0;
let tokens = 0;
for (let seed = 0; done < requests; seed++) {
  const result = await call(seed);
  done += result.requests;
  tokens += result.tokens;
  if (done >= (marks.length + 1) * WARM_UP * requests) {
    marks.push({ requests: done, rss: process.memoryUsage().rss / MIB });
    console.error(`${done} requests, ${marks[marks.length - 1].rss.toFixed(1)} MiB`);
  }
}
const seconds = (performance.now() - before) / 1000;
const warm = marks[0].rss;
console.log(
  `${model}, ${done} requests, ${tokens} tokens, ${seconds.toFixed(0)} s, seed 0; ${dateAndMachine()}\n`,
);
console.log(
  table(
    ['requests', 'RSS, MiB', 'against the first'],
    marks.map(({ requests: count, rss }) => [String(count), rss.toFixed(1), (rss / warm).toFixed(3)]),
  ),
);
await lm.close();
