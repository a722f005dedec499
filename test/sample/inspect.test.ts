import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { klDivergence } from '../../src/env/index.js';
import { type InspectOptions, inspect, Sampler, type StepView } from '../../src/sample/index.js';
import { writeStoryRun } from '../support/runs.js';

const BETA = 3;
const EVERY = 1000;
const run = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
let sampler: Sampler;

beforeAll(async () => {
  const config = `env: { maxNewTokens: 12, topK: 16 }\nlm: { threads: 1 }\nsample: { beta: ${BETA} }\n`;
  await writeStoryRun(run, config, 16, ['g', 'v']);
  sampler = await Sampler.open(run);
});
afterAll(async () => {
  await sampler.close();
  rmSync(run, { recursive: true });
});

const look = (options: InspectOptions = {}) => inspect(sampler, 'One day, a small', options);
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const entropy = (values: readonly number[]) => -sum(values.map((p) => (p > 0 ? p * Math.log(p) : 0)));

/** What every step holds, worked out again from its candidates' base probabilities and advantages. */
function check({ token, text, value, kl, entropy: shown, candidates }: StepView, beta: number): void {
  const base = candidates.map((candidate) => candidate.base);
  const final = candidates.map((candidate) => candidate.final);
  const advantages = candidates.map(({ advantage }) => advantage);
  expect(sum(base)).toBeCloseTo(1, 5);
  expect(sum(final)).toBeCloseTo(1, 5);
  expect(sum(advantages)).toBeCloseTo(0, 4);
  const weights = candidates.map(({ base, advantage }) => Math.exp(Math.log(base) + beta * advantage));
  const logBase = Float32Array.from(base, Math.log);
  candidates.forEach((candidate, i) => {
    expect(candidate.final).toBeCloseTo(weights[i] / sum(weights), 5);
    expect(candidate.q).toBeCloseTo(value + candidate.advantage, 6);
  });
  expect(kl).toBeCloseTo(klDivergence(Float32Array.from(final), logBase, 0, final.length), 5);
  expect(shown.base).toBeCloseTo(entropy(base), 4);
  expect(shown.final).toBeCloseTo(entropy(final), 4);
  expect(candidates.filter(({ taken }) => taken)).toMatchObject([{ token, text }]);
  expect(final).toEqual([...final].sort((a, b) => b - a));
}

it('agrees with the policy worked out by hand, at every token', async () => {
  const { beta, steps } = await look({ candidates: EVERY });
  expect(beta).toBe(BETA);
  expect(steps.length).toBeGreaterThan(3);
  for (const step of steps) {
    expect(step.candidates).toHaveLength(16);
    check(step, BETA);
  }
  expect(Math.max(...steps.map(({ kl }) => kl))).toBeGreaterThan(0.01);
});

it('shows the value of each state at its share of the most new tokens', async () => {
  const { steps } = await look();
  const prompt = sampler.prompt('One day, a small', 0, 12);
  const [{ states }] = await sampler.episodes([prompt]);
  const values = await sampler.head.values(
    states,
    Float32Array.from(steps, (_, t) => t / 12),
  );
  steps.forEach(({ value }, t) => {
    expect(value).toBeCloseTo(values[t], 5);
  });
  expect(new Set(steps.map(({ value }) => value)).size).toBe(steps.length);
});

it('leaves the base policy as it is at beta 0', async () => {
  const { beta, steps } = await look({ beta: 0, candidates: EVERY });
  expect(beta).toBe(0);
  for (const { kl, entropy, candidates } of steps) {
    expect(kl).toBeCloseTo(0, 5);
    expect(entropy.final).toBe(entropy.base);
    for (const { base, final } of candidates) expect(final).toBe(base);
  }
});

it('samples what sample would, and sees the same when that text is given', async () => {
  for (const seed of [0, 1]) {
    const sampled = await look({ seed });
    const [{ completion }] = await sampler.sample(['One day, a small'], { seed });
    expect(sampled.completion).toBe(completion);
    expect(sampled.steps.map(({ text }) => text).join('')).toBe(completion);
    const given = await look({ completion });
    expect(given.steps.map(({ token }) => token)).toEqual(sampled.steps.map(({ token }) => token));
    given.steps.forEach(({ value, kl, candidates }, t) => {
      const step = sampled.steps[t];
      expect(value).toBeCloseTo(step.value, 5);
      expect(kl).toBeCloseTo(step.kl, 5);
      candidates.forEach((candidate, i) => {
        expect(candidate.token).toBe(step.candidates[i].token);
        expect(candidate.final).toBeCloseTo(step.candidates[i].final, 5);
      });
    });
  }
});

it('takes the most probable token at temperature 0, and shows the policy that it is taken from', async () => {
  const { steps } = await look({ temperature: 0 });
  for (const { candidates } of steps) {
    expect(candidates[0].taken).toBe(true);
    expect(sum(candidates.map(({ final }) => final))).toBeLessThanOrEqual(1 + 1e-6);
  }
  expect(Math.max(...steps.map(({ candidates }) => candidates[1].final))).toBeGreaterThan(0);
});

it('makes a taken token that is not among the likeliest a candidate, with its true base logit', async () => {
  const completion = ' zebra';
  const { steps } = await look({ completion, candidates: EVERY, temperature: 2 });
  const [first] = steps;
  expect(first.candidates).toHaveLength(16);
  for (const step of steps) check(step, BETA);
  const prompt = sampler.prompt('One day, a small', 0, 12);
  let logits = new Float32Array();
  await sampler.lm.generate([prompt.tokens], {
    maxNewTokens: 1,
    nextTokens: (step) => {
      logits = step.logits.slice();
      return [first.token];
    },
  });
  const [best] = [...first.candidates].sort((a, b) => b.base - a.base);
  const taken = first.candidates.find((candidate) => candidate.taken);
  const ratio = Math.log((taken?.base ?? 0) / best.base);
  expect(ratio).toBeCloseTo((logits[first.token] - logits[best.token]) / 2, 4);
});

it('shows so many candidates, and the token taken wherever it ranks', async () => {
  const { steps } = await look({ completion: ' zebra', candidates: 2 });
  expect(steps[0].candidates.map(({ taken }) => taken)).toEqual([false, false, true]);
  const { steps: sampled } = await look();
  for (const { candidates } of sampled) expect([5, 6]).toContain(candidates.length);
});

it('follows a completion that goes on within a word', async () => {
  const { completion, steps } = await inspect(sampler, 'One d', { completion: 'ay, he' });
  expect(completion).toBe('ay, he');
  expect(steps.map(({ text }) => text).join('')).toBe('ay, he');
});

it('refuses prompts and completions that are empty or too long', async () => {
  await expect(inspect(sampler, '')).rejects.toThrow(InputError);
  await expect(inspect(sampler, 'word '.repeat(300))).rejects.toThrow(/the prompt has \d+ tokens/);
  await expect(look({ completion: '' })).rejects.toThrow(/the completion has no tokens/);
  await expect(look({ completion: ' a'.repeat(13) })).rejects.toThrow(/has 13 tokens, more than the 12/);
  expect((await look({ completion: ' a'.repeat(13), maxNewTokens: 13 })).steps).toHaveLength(13);
});
