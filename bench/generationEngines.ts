/** The four ways to generate that `bench/generation.ts` compares, on one thread each. */
import { AutoModelForCausalLM, AutoTokenizer, Tensor as HubTensor } from '@huggingface/transformers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createActor, HeadRuntime, headSpecOf, initHead, rowScaleOf } from '../src/agent/index.js';
import { randomStream } from '../src/common/index.js';
import { runConfig } from '../src/config/index.js';
import { type Actor, rollout } from '../src/env/index.js';
import { greedy, type Lm, type NextTokens, openLm, sampling } from '../src/lm/index.js';
import { filtered } from '../src/sample/filters.js';

/** What to generate. */
export interface Task {
  texts: readonly string[];
  samples: number;
  newTokens: number;
  sampled: boolean;
}

/** Generates all sequences of a task, each up to its end, those of a prompt side by side. */
export type Engine = (task: Task) => Promise<number[][]>;

export interface Engines {
  engines: Record<'transformers' | 'bare' | 'engine' | 'guided', Engine>;
  lm: Lm;
}

/** Likeliest tokens that are sampled among: what transformers does unless told otherwise. */
const TOP_K = 50;
const ONE_THREAD = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 as const };

/** Opens a model in all four ways. */
export async function openEngines(directory: string, dtype: 'fp32' | 'q4'): Promise<Engines> {
  const lm = await openLm(directory, { threads: 1, dtype });
  return {
    lm,
    engines: {
      transformers: await transformersEngine(directory, dtype, lm.info.eosTokenIds),
      bare: await bareEngine(lm),
      engine: plainEngine(lm),
      guided: await guidedEngine(lm),
    },
  };
}

function nextTokensOf({ sampled }: Task): NextTokens {
  return sampled ? sampling({ topK: TOP_K, seed: 1 }) : greedy;
}

function repeated<T>(items: readonly T[], samples: number): T[] {
  return items.flatMap((item) => new Array<T>(samples).fill(item));
}

/** transformers.js's `generate()`. */
async function transformersEngine(
  directory: string,
  dtype: 'fp32' | 'q4',
  eos: readonly number[],
): Promise<Engine> {
  const tokenizer = await AutoTokenizer.from_pretrained(directory, { local_files_only: true });
  tokenizer.padding_side = 'left';
  const model = await AutoModelForCausalLM.from_pretrained(directory, {
    dtype,
    local_files_only: true,
    session_options: ONE_THREAD,
  });
  return async ({ texts, samples, newTokens, sampled }) => {
    const inputs = tokenizer(repeated(texts, samples), { padding: true });
    const output = await model.generate({
      ...inputs,
      max_new_tokens: newTokens,
      do_sample: sampled,
      top_k: sampled ? TOP_K : 0,
    });
    if (!(output instanceof HubTensor)) throw new TypeError('expected a tensor of tokens');
    const width = inputs.input_ids.dims[1];
    return output.tolist().map((row: bigint[]) => upToEnd(row.slice(width).map(Number), eos));
  };
}

function upToEnd(tokens: readonly number[], eos: readonly number[]): number[] {
  const end = tokens.findIndex((token) => eos.includes(token));
  return tokens.slice(0, end === -1 ? undefined : end + 1);
}

/** A loop over `session.run` of the untouched graph: the KV cache is handed back, and no row leaves before the last. */
async function bareEngine(lm: Lm): Promise<Engine> {
  const session = await InferenceSession.create(lm.info.modelFile, ONE_THREAD);
  const caches = session.inputMetadata.filter((input) => input.isTensor && input.name.startsWith('past_'));
  return async (task) => {
    const prompts = repeated(
      task.texts.map((text) => lm.tokenizer.encode(text)),
      task.samples,
    );
    const rows = prompts.length;
    const width = Math.max(...prompts.map(({ length }) => length));
    const nextTokens = nextTokensOf(task);
    const made: number[][] = prompts.map(() => []);
    const feeds: Record<string, Tensor> = {};
    for (const cache of caches) {
      if (!cache.isTensor) continue;
      const dims = cache.shape.map((size) =>
        typeof size === 'number' ? size : size.includes('batch') ? rows : 0,
      );
      feeds[cache.name] = new Tensor('float32', new Float32Array(0), dims);
    }
    let fed = prompts.map((prompt) => [...new Array<number>(width - prompt.length).fill(0), ...prompt]);
    for (let step = 0; step < task.newTokens; step++) {
      const total = width + step;
      const padding = (row: number) => width - prompts[row].length;
      const ids = BigInt64Array.from(fed.flat(), BigInt);
      const each = (length: number, value: (row: number, i: number) => number) =>
        BigInt64Array.from({ length: rows * length }, (_, i) =>
          BigInt(value(Math.floor(i / length), i % length)),
        );
      const size = fed[0].length;
      feeds['input_ids'] = new Tensor('int64', ids, [rows, size]);
      feeds['attention_mask'] = new Tensor(
        'int64',
        each(total, (row, i) => (i < padding(row) ? 0 : 1)),
        [rows, total],
      );
      feeds['position_ids'] = new Tensor(
        'int64',
        each(size, (row, i) => Math.max(0, total - size + i - padding(row))),
        [rows, size],
      );
      const results = await session.run(feeds);
      for (const { name } of caches) feeds[name] = results[name.replace('past_key_values', 'present')];
      const { logits } = results;
      if (!(logits.data instanceof Float32Array)) throw new TypeError('expected float32');
      const vocab = logits.dims[2];
      const last =
        size === 1 ? logits.data : Float32Array.from(lastPositions(logits.data, rows, size, vocab));
      const chosen = await nextTokens({
        sequences: [...prompts.keys()],
        positions: made.map(({ length }) => length),
        prompts,
        tokens: made,
        logits: last,
        hidden: new Float32Array(0),
      });
      made.forEach((tokens, row) => {
        tokens.push(chosen[row]);
      });
      fed = made.map((tokens) => tokens.slice(-1));
      if (made.every((tokens) => tokens.some((token) => lm.info.eosTokenIds.includes(token)))) break;
    }
    return made.map((tokens) => upToEnd(tokens, lm.info.eosTokenIds));
  };
}

function lastPositions(logits: Float32Array, rows: number, positions: number, vocab: number): Float32Array {
  const last = new Float32Array(rows * vocab);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * positions * vocab;
    last.set(logits.subarray(end - vocab, end), row * vocab);
  }
  return last;
}

/** TokenQ's engine. */
function plainEngine(lm: Lm): Engine {
  return async (task) => {
    const prompts = task.texts.map((text) => lm.tokenizer.encode(text));
    const { samples, newTokens: maxNewTokens } = task;
    const generated = await lm.generate(prompts, { samples, maxNewTokens, nextTokens: nextTokensOf(task) });
    return generated.map(({ tokens }) => tokens);
  };
}

/** TokenQ with a head of the usual size, not trained: it steers nothing, at the full price. */
async function guidedEngine(lm: Lm): Promise<Engine> {
  const { agent, env, seed } = runConfig.parse({});
  if (env.type !== 'text') throw new TypeError('the default environment is text');
  const { topK } = env;
  const rows = lm.headRows();
  const { stateSize, hiddenSize } = lm.info;
  const rowScale = await rowScaleOf(rows, hiddenSize);
  const space = { tokens: true, stateSize, actionSize: hiddenSize, rowScale };
  const spec = headSpecOf(agent, space);
  const head = await HeadRuntime.create(initHead(spec, randomStream(seed, 'bench')), spec, rows);
  const guided = createActor(head, { type: 'guided', beta: 10 });
  const likeliest: Actor = filtered(guided, { topK: 1 });
  return async ({ texts, samples, newTokens: maxNewTokens, sampled }) => {
    const prompts = texts.map((text) => lm.tokenizer.encode(text));
    const options = {
      samples,
      maxNewTokens,
      topK: Number(topK),
      temperature: 1,
      seed: 1,
      purpose: 'bench',
      iteration: 0,
      recorded: false,
    };
    const episodes = await rollout(lm, prompts, sampled ? guided : likeliest, options);
    return episodes.map(({ tokens }) => tokens);
  };
}
