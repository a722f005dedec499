import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { Interrupted } from '../../src/common/index.js';
import { type Actor, klDivergence, rollout } from '../../src/env/index.js';
import type { History, Lm } from '../../src/lm/index.js';
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

  it('chooses candidates from the logits that a processor leaves', async () => {
    const [free] = await rollout(lm, prompts('One day, a small'), base, { ...options, samples: 1 });
    const [banned] = free.tokens;
    const seen: string[] = [];
    const processLogits = (logits: Float32Array, { prompt, tokens }: History) => {
      seen.push([...prompt, ...tokens].join());
      logits[banned] = Number.NEGATIVE_INFINITY;
    };
    const [episode] = await rollout(lm, prompts('One day, a small'), base, {
      ...options,
      samples: 1,
      processLogits,
    });
    expect(episode.candidates).not.toContain(banned);
    const start = prompts('One day, a small')[0];
    expect(seen).toEqual(episode.tokens.map((_, t) => [...start, ...episode.tokens.slice(0, t)].join()));
    expect(episode.kl.every((kl) => kl < 1e-4)).toBe(true);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const onToken = () => controller.abort();
    await expect(
      rollout(lm, prompts('One'), base, { ...options, onToken, signal: controller.signal }),
    ).rejects.toThrow(Interrupted);
  });
});

describe('rollout of given tokens', () => {
  const tokensOf = (text: string) => {
    const opening = lm.tokenizer.encode('');
    return lm.tokenizer.encode(text).slice(opening.length);
  };
  const uniform: Actor = { probabilities: ({ rows, k }) => new Float32Array(rows * k).fill(1 / k) };

  it('follows completions of several lengths, and records what the actor would have done', async () => {
    const given = ['dog', 'cat sat on the mat', 'big red'].map(tokensOf);
    expect(new Set(given.map(({ length }) => length)).size).toBe(3);
    const texts = ['One day, a small', 'The', 'He saw'];
    const seen: number[] = [];
    const episodes = await rollout(lm, prompts(...texts), uniform, {
      ...options,
      samples: 1,
      given,
      onToken: (sequence) => seen.push(sequence),
    });
    expect(episodes.map(({ tokens, finishReason }) => ({ tokens, finishReason }))).toEqual(
      given.map((tokens) => ({ tokens, finishReason: 'stop' })),
    );
    expect(seen).toHaveLength(given.flat().length);
    const k = options.topK;
    for (const { tokens, candidates, taken, behaviour, reference, kl } of episodes) {
      const T = tokens.length;
      expect([candidates.length, behaviour.length, taken.length]).toEqual([T * k, T * k, T]);
      expect(tokens).toEqual(Array.from(taken, (place, t) => candidates[t * k + place]));
      expect(behaviour.every((p) => Math.abs(p - 1 / k) < 1e-7)).toBe(true);
      kl.forEach((value, t) => {
        expect(value).toBeCloseTo(klDivergence(behaviour, reference, t * k, k), 6);
      });
    }
  });

  it("knows the base model's probability of an unlikely token, in any batch", async () => {
    const [prompt, other] = prompts('One day, a small', 'The');
    const unlikely = tokensOf('zq')[0];
    const given = [[unlikely, unlikely], tokensOf('cat sat on')];
    const [episode] = await rollout(lm, [prompt, other], base, { ...options, samples: 1, given });
    expect(episode.taken[0]).toBe(options.topK - 1);
    const logProbs: number[] = [];
    await lm.generate([prompt], {
      maxNewTokens: 2,
      nextTokens: ({ logits }) => {
        const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
        logProbs.push(logits[unlikely] - Math.log(total));
        return [unlikely];
      },
    });
    expect(episode.baseLogProbs[0]).toBeCloseTo(logProbs[0], 3);
    expect(episode.baseLogProbs[1]).toBeCloseTo(logProbs[1], 3);
  });

  it('takes a list for each sample, and gives what sampling gave', async () => {
    const one = prompts('One day, a small');
    const sampled = await rollout(lm, one, base, options);
    const given = sampled.map(({ tokens }) => tokens);
    const followed = await rollout(lm, one, base, { ...options, seed: 99, given });
    expect(followed.map(({ tokens }) => tokens)).toEqual(given);
    followed.forEach(({ taken, baseLogProbs }, i) => {
      expect(taken).toEqual(sampled[i].taken);
      baseLogProbs.forEach((value, t) => {
        expect(value).toBeCloseTo(sampled[i].baseLogProbs[t], 4);
      });
    });
  });

  it('ends at an end-of-sequence token in it', async () => {
    const [end] = lm.info.eosTokenIds;
    const [first, second] = tokensOf('dog and');
    const given = [[first, end, second]];
    const [episode] = await rollout(lm, prompts('The'), base, { ...options, samples: 1, given });
    expect(episode.tokens).toEqual([first, end]);
  });
});
