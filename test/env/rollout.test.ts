import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { Interrupted } from '../../src/common/index.js';
import { type Actor, rollout } from '../../src/env/index.js';
import type { Lm } from '../../src/lm/index.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

const base = createActor(undefined, { type: 'reference' });
const options = {
  samples: 2,
  maxNewTokens: 12,
  topK: 16,
  temperature: 1,
  seed: 3,
  purpose: 'test',
  iteration: 0,
};
const prompts = (...texts: string[]) => texts.map((text) => lm.tokenizer.encode(text));

describe('rollout', () => {
  it('records every step of every episode', async () => {
    const episodes = await rollout(lm, prompts('One day, a small', 'The film was'), base, options);
    expect(episodes.map(({ prompt, sample }) => [prompt, sample])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    for (const episode of episodes) {
      const T = episode.tokens.length;
      expect(T).toBeGreaterThan(0);
      expect(episode.states).toHaveLength(T * lm.info.hiddenSize);
      for (let t = 0; t < T; t++) {
        const at = t * options.topK;
        expect(episode.candidates[at + episode.taken[t]]).toBe(episode.tokens[t]);
        const behaviour = episode.behaviour.subarray(at, at + options.topK);
        expect(behaviour.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
        expect(episode.baseLogProbs[t]).toBeLessThanOrEqual(episode.reference[at + episode.taken[t]] + 1e-5);
        expect(episode.kl[t]).toBeCloseTo(0, 4);
      }
    }
  });

  it('gives a prompt the same completions alone and in a batch', async () => {
    const texts = ['One day, a small', 'The film was', 'My aunt and I went to the'];
    const together = await rollout(lm, prompts(...texts), base, options);
    for (const [id, text] of texts.entries()) {
      const alone = await rollout(lm, prompts(text), base, { ...options, promptIds: [id] });
      expect(alone.map(({ tokens }) => tokens)).toEqual(
        together.slice(2 * id, 2 * id + 2).map(({ tokens }) => tokens),
      );
    }
  });

  it('samples differently for another seed, purpose, iteration and sample', async () => {
    const of = async (change: object) =>
      JSON.stringify(
        (await rollout(lm, prompts('One day, a small'), base, { ...options, ...change })).map(
          (e) => e.tokens,
        ),
      );
    const texts = await Promise.all([
      of({}),
      of({ seed: 4 }),
      of({ purpose: 'other' }),
      of({ iteration: 1 }),
    ]);
    expect(new Set(texts).size).toBe(4);
    const [one, two] = JSON.parse(texts[0]);
    expect(one).not.toEqual(two);
  });

  it('draws tokens as often as the policy says', async () => {
    // A policy that gives the second candidate a quarter and the first the rest.
    const actor: Actor = {
      probabilities: ({ rows, k }) =>
        Float32Array.from({ length: rows * k }, (_, i) => [0.75, 0.25][i % k] ?? 0),
    };
    const episodes = await rollout(lm, prompts('One day, a small'), actor, { ...options, samples: 100 });
    const taken = episodes.flatMap((episode) => [...episode.taken]);
    expect(Math.max(...taken)).toBe(1);
    expect(taken.filter((i) => i === 1).length / taken.length).toBeCloseTo(0.25, 1);
  });

  it('ends at a stop text', async () => {
    const episodes = await rollout(lm, prompts('One day, a small'), base, {
      ...options,
      maxNewTokens: 24,
      stop: [' '],
    });
    for (const { tokens, finishReason } of episodes) {
      expect(finishReason).toBe('stop');
      expect(lm.tokenizer.decode(tokens.slice(0, -1))).not.toContain(' ');
    }
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const onToken = () => controller.abort();
    await expect(
      rollout(lm, prompts('One'), base, { ...options, onToken, signal: controller.signal }),
    ).rejects.toThrow(Interrupted);
  });
});
