import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeHead, initHead } from '../../src/agent/index.js';
import { InputError, randomStream } from '../../src/common/index.js';
import { Sampler, tokenizePrompts } from '../../src/sample/index.js';
import { tiedSpec } from '../agent/specs.js';
import { writeStoryRun } from '../support/runs.js';

const run = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
let sampler: Sampler;

beforeAll(async () => {
  const config = 'env: { maxNewTokens: 12 }\nlm: { threads: 1 }\nsample: { beta: 3 }\n';
  await writeStoryRun(run, config, 16, ['g']);
  sampler = await Sampler.open(run);
});
afterAll(async () => {
  await sampler.close();
  rmSync(run, { recursive: true });
});

it('takes texts as well as tokenised prompts, and the configured beta unless told otherwise', async () => {
  const texts = ['One day', 'The film was'];
  const prompts = tokenizePrompts(
    sampler.lm,
    texts.map((prompt, i) => ({ prompt, row: {}, line: i + 1 })),
    12,
    'here',
  );
  const samples = await sampler.sample(texts, { n: 2 });
  expect(samples.map(({ prompt }) => prompt)).toEqual(['One day', 'One day', 'The film was', 'The film was']);
  expect(await sampler.sample(prompts, { n: 2, beta: 3 })).toEqual(samples);
  expect(await sampler.sample(texts, { n: 2, beta: 0 })).not.toEqual(samples);
});

it('streams the pieces of every sequence under its own number', async () => {
  const texts = Array.from({ length: 70 }, (_, i) => `Day ${i} was`);
  const streamed: string[] = [];
  // More sequences than one batch holds.
  const samples = await sampler.sample(texts, {
    n: 2,
    onText: (text, sequence) => {
      streamed[sequence] = (streamed[sequence] ?? '') + text;
    },
  });
  expect(streamed).toEqual(samples.map(({ completion }) => completion));
});

it('processes the logits, of prompt and completion, before the head sees candidates', async () => {
  const greedy = { temperature: 0, maxNewTokens: 24 };
  const [free] = await sampler.sample(['One day'], greedy);
  const [word = ''] = free.completion.match(/\b[a-z]{3,}/) ?? [];
  const [other] = await sampler.sample(['One day'], { ...greedy, badWords: [word] });
  expect(free.completion).toMatch(new RegExp(`\\b${word}\\b`));
  expect(other.completion).not.toMatch(new RegExp(`\\b${word}\\b`));
  const [episode] = await sampler.episodes([sampler.prompt('One day', 0, 24)], {
    ...greedy,
    noRepeatNgramSize: 1,
  });
  const all = [...sampler.lm.tokenizer.encode('One day'), ...episode.tokens];
  expect(new Set(all).size).toBe(all.length);
  const [penalised] = await sampler.sample(['One day'], { ...greedy, repetitionPenalty: 50 });
  expect(penalised.completion).not.toBe(free.completion);
});

it('samples among what min-p leaves of the steered policy', async () => {
  const [prompt] = [sampler.prompt('One day', 0, 12)];
  const [episode] = await sampler.episodes([prompt], { minP: 0.3 });
  const k = sampler.run.config.env.topK;
  episode.tokens.forEach((_, t) => {
    const kept = episode.behaviour.subarray(t * k, (t + 1) * k).filter((p) => p > 0);
    expect(Math.min(...kept)).toBeGreaterThanOrEqual(0.299 * Math.max(...kept));
    expect(kept.length).toBeLessThan(k);
  });
  expect(await sampler.sample(['One day'], { minP: 1 })).toEqual(
    await sampler.sample(['One day'], { temperature: 0 }),
  );
});

it('refuses options that make no sense', async () => {
  await expect(sampler.sample(['One'], { minP: 2 })).rejects.toThrow(/minP is 2: it must be from 0 to 1/);
  await expect(sampler.sample(['One'], { badWords: [' '] })).rejects.toThrow(/the bad word ' ' is blank/);
  await expect(sampler.sample(['One'], { topK: 65 })).rejects.toThrow(/more than the 64 candidates/);
});

it('refuses an empty prompt and one that is too long', async () => {
  await expect(sampler.sample([''])).rejects.toThrow(InputError);
  await expect(sampler.sample(['word '.repeat(300)])).rejects.toThrow(/the prompt has \d+ tokens/);
});

it('refuses a head that was trained on another model', async () => {
  const spec = tiedSpec(8, [4]);
  mkdirSync(join(run, 'checkpoints', '000007'), { recursive: true });
  const path = join(run, 'checkpoints', '000007', 'head.safetensors');
  writeFileSync(path, encodeHead(initHead(spec, randomStream(1, 'head')), spec));
  await expect(Sampler.open(run, '7')).rejects.toThrow(/states of 8 numbers, but .* has 192/);
});
