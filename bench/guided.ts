/**
 * What steering costs: tokens per CPU second of guided generation over those of the same loop without the head.
 * `npx tsx bench/guided.ts RUN [repeats]`; the two alternate in one process, on one thread.
 */
import { createActor, HeadRuntime } from '../src/agent/index.js';
import { loadPrompts } from '../src/data/index.js';
import { type Actor, rollout } from '../src/env/index.js';
import { openLm } from '../src/lm/index.js';
import { openRun, textRunOf, tokenizePrompts } from '../src/sample/index.js';
import { machine, median, table } from './lib.js';

const [directory, repeats = '9'] = process.argv.slice(2);
const run = textRunOf(openRun(directory));
const { env, lm: lmConfig, data } = run.config;
const lm = await openLm(lmConfig.id, { threads: 1 });
const runtime = await HeadRuntime.create(run.tensors, run.spec, lm.headRows());
const prompts = tokenizePrompts(lm, loadPrompts(data.prompts).slice(0, 16), env.maxNewTokens, data.prompts);

/** Tokens per CPU second of one batch of 16 prompts x 8 samples. */
async function speed(actor: Actor, iteration: number): Promise<number> {
  const before = process.cpuUsage();
  const episodes = await rollout(
    lm,
    prompts.map(({ tokens }) => tokens),
    actor,
    { ...env, samples: 8, seed: 0, purpose: 'bench', iteration },
  );
  const { user, system } = process.cpuUsage(before);
  const tokens = episodes.reduce((sum, episode) => sum + episode.tokens.length, 0);
  return tokens / ((user + system) / 1e6);
}

const base = createActor(undefined, { type: 'reference' });
const guided = createActor(runtime, { type: 'guided', beta: run.beta });
const speeds: { base: number[]; guided: number[] } = { base: [], guided: [] };
for (let i = -2; i < Number(repeats); i++) {
  const [plain, steered] = [await speed(base, i), await speed(guided, i)];
  // The first rounds warm up the compiler.
  if (i < 0) continue;
  speeds.base.push(plain);
  speeds.guided.push(steered);
}
const ratios = speeds.guided.map((value, i) => value / speeds.base[i]);
const row = (name: string, values: number[], digits: number) => [
  name,
  ...[Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)),
];
console.log(
  `${lmConfig.id}, 16 prompts x 8 samples x ${env.maxNewTokens} tokens, ${repeats} rounds; ${machine()}\n`,
);
console.log(
  table(
    ['tokens per CPU second', 'lowest', 'median', 'highest'],
    [row('without the head', speeds.base, 0), row('guided', speeds.guided, 0), row('ratio', ratios, 3)],
  ),
);
await runtime.release();
await lm.close();
