import { afterAll, beforeAll, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import type { Lm } from '../../src/lm/index.js';
import { sampleLm, tokenizePrompts } from '../../src/sample/index.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

const texts = ['One day', 'The film was'];

it('completes texts and tokenised prompts alike, so many times each', async () => {
  const samples = await sampleLm(lm, texts, { n: 2, maxNewTokens: 8 });
  expect(samples.map(({ prompt }) => prompt)).toEqual(['One day', 'One day', 'The film was', 'The film was']);
  const rows = texts.map((prompt, i) => ({ prompt, row: {}, line: i + 1 }));
  const prompts = tokenizePrompts(lm, rows, 8, 'here');
  expect(await sampleLm(lm, prompts, { n: 2, maxNewTokens: 8 })).toEqual(samples);
  // A prompt keeps its random numbers wherever it stands.
  expect(await sampleLm(lm, prompts.slice(1), { n: 2, maxNewTokens: 8 })).toEqual(samples.slice(2));
  expect(await sampleLm(lm, prompts, { n: 2, maxNewTokens: 8, seed: 1 })).not.toEqual(samples);
  expect(new Set(samples.map(({ completion }) => completion)).size).toBeGreaterThan(2);
});

it('ends at a stop text, and streams what it gives', async () => {
  const streamed: string[] = [];
  const samples = await sampleLm(lm, texts, {
    n: 3,
    stop: [' the'],
    maxNewTokens: 30,
    onText: (text, sequence) => {
      streamed[sequence] = (streamed[sequence] ?? '') + text;
    },
  });
  expect(streamed).toEqual(samples.map(({ completion }) => completion));
  expect(samples.map(({ finishReason }) => finishReason)).toContain('stop');
  for (const { completion } of samples) expect(completion).not.toContain(' the');
});

it('leaves out a bad word, and what the other options exclude', async () => {
  const options = { temperature: 0, maxNewTokens: 40 };
  const [free] = await sampleLm(lm, ['One day'], options);
  const [word = ''] = free.completion.match(/\b[a-z]{3,}/) ?? [];
  const [other] = await sampleLm(lm, ['One day'], { ...options, badWords: [word] });
  expect(other.completion).not.toMatch(new RegExp(`\\b${word}\\b`));
  for (const change of [{ repetitionPenalty: 50 }, { noRepeatNgramSize: 1 }]) {
    const [changed] = await sampleLm(lm, ['One day'], { ...options, ...change });
    expect(changed.completion).not.toBe(free.completion);
  }
});

it('refuses what cannot be done', async () => {
  await expect(sampleLm(lm, [''])).rejects.toThrow(InputError);
  await expect(sampleLm(lm, texts, { topP: 2 })).rejects.toThrow(/topP is 2/);
  await expect(sampleLm(lm, texts, { maxNewTokens: 5000 })).rejects.toThrow(/shorten it or ask for fewer/);
  await expect(sampleLm(lm, texts, { signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
});
