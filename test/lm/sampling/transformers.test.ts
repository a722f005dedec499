import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { logitsProcessorOf } from '../../../src/lm/index.js';
import { tokenSamplerOf } from '../../../src/lm/sampling/sampling.js';
import { sharesOf } from './shares.js';

const FILE = fileURLToPath(new URL('../../fixtures/sample/processors.json', import.meta.url));
const Numbers = z.array(z.number());
const Cases = z.array(
  z.object({
    options: z.strictObject({
      repetitionPenalty: z.number().default(1),
      noRepeatNgramSize: z.number().default(0),
      badWordsIds: z.array(Numbers).default([]),
      temperature: z.number().default(1),
      topK: z.number().default(0),
      topP: z.number().default(1),
      minP: z.number().default(0),
    }),
    history: Numbers,
    logits: Numbers,
    processed: z.array(
      z
        .number()
        .nullable()
        .transform((value) => value ?? Number.NEGATIVE_INFINITY),
    ),
    probabilities: Numbers,
  }),
);
const cases = Cases.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const DRAWS = 2000;

describe("Python transformers' processors", () => {
  it.each(cases.map((one, i) => ({ ...one, i })))(
    'case $i: $options',
    ({ options, history, logits, processed, probabilities, i }) => {
      const row = Float32Array.from(logits);
      // Wherever the prompt ends, its tokens count as the new ones.
      const end = i % (history.length + 1);
      logitsProcessorOf(options)?.(row, { prompt: history.slice(0, end), tokens: history.slice(end) });
      row.forEach((logit, token) => {
        if (Number.isFinite(processed[token])) expect(logit).toBeCloseTo(processed[token], 5);
        else expect(logit).toBe(Number.NEGATIVE_INFINITY);
      });
      const shares = sharesOf(tokenSamplerOf(options), [...row], DRAWS);
      shares.forEach((share, token) => {
        expect(Math.abs(share - probabilities[token])).toBeLessThan(1.1 / DRAWS);
        if (probabilities[token] === 0) expect(share).toBe(0);
      });
    },
  );

  it('cover options that change something, and each of them', () => {
    const changed = new Set(
      cases.flatMap(({ logits, processed, probabilities }) => [
        ...(processed.some((value, token) => Math.abs(value - logits[token]) > 1e-5) ? ['logits'] : []),
        ...(probabilities.some((value, token) => value === 0 && Number.isFinite(processed[token]))
          ? ['choice']
          : []),
      ]),
    );
    expect([...changed].sort()).toEqual(['choice', 'logits']);
    expect(cases.length).toBeGreaterThan(50);
  });
});
