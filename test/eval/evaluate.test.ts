import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import type { Actor } from '../../src/env/index.js';
import { distinctN, evaluate, perplexity, scorePolicy } from '../../src/eval/index.js';
import type { Lm } from '../../src/lm/index.js';
import { play, type TextPrompt, type TextTask, tokenizePrompts } from '../../src/sample/index.js';
import { textConfig } from '../support/config.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
let task: TextTask;
let prompts: TextPrompt[];

beforeAll(async () => {
  lm = await openStories();
  const { env } = textConfig({ env: { maxNewTokens: 8 } });
  // The share of the letter e: quick to work out by hand, and it differs from text to text.
  const reward = {
    name: 'letter e',
    score: (batch: readonly { completion: string }[]) =>
      batch.map(({ completion }) => completion.split('e').length / (completion.length + 1)),
  };
  task = { lm, reward, env, seed: 1 };
  const rows = ['One day', 'The film was', 'My aunt'].map((prompt, i) => ({ prompt, row: {}, line: i + 1 }));
  prompts = tokenizePrompts(lm, rows, 8, 'here');
});
afterAll(() => lm.close());

const base = createActor(undefined, { type: 'reference' });
/** Always takes the likeliest token. */
const greedy: Actor = {
  probabilities: ({ rows, k }) => Float32Array.from({ length: rows * k }, (_, i) => (i % k === 0 ? 1 : 0)),
};

describe('scorePolicy', () => {
  it('measures what playing the same episodes gives', async () => {
    const scores = await scorePolicy(task, prompts, greedy, { samples: 2 });
    const played = await play(task, prompts, greedy, { samples: 2, purpose: 'eval', iteration: 0 });
    const kls = played.flatMap(({ episode }) => [...episode.kl]);
    expect(scores.rewards.flat()).toEqual(played.map(({ reward }) => reward));
    expect(scores.completions.flat()).toEqual(played.map(({ completion }) => completion));
    expect(scores.klPerToken).toBeCloseTo(kls.reduce((a, b) => a + b) / kls.length, 6);
    expect(scores.perplexity).toBeCloseTo(
      perplexity(played.flatMap(({ episode }) => [...episode.baseLogProbs])),
      6,
    );
    expect(scores.distinct2).toBeCloseTo(distinctN(scores.completions.flat(), 2), 6);
    expect(scores.tokens).toBe(kls.length);
  });

  it('finds no KL in the base policy, and in the greedy one that of a certain choice', async () => {
    expect((await scorePolicy(task, prompts, base, { samples: 2 })).klPerToken).toBeLessThan(1e-5);
    const { klPerToken } = await scorePolicy(task, prompts, greedy, { samples: 1 });
    const played = await play(task, prompts, greedy, { samples: 1, purpose: 'eval', iteration: 0 });
    // KL of a certain choice is -log of the base policy's probability of it: the first candidate's.
    const surprise = played.flatMap(({ episode }) =>
      Array.from(episode.taken, (_, t) => -episode.reference[t * task.env.topK]),
    );
    expect(klPerToken).toBeCloseTo(surprise.reduce((a, b) => a + b) / surprise.length, 4);
  });
});

describe('evaluate', () => {
  it('pairs tuned and base by prompt and orders best-of-n', async () => {
    const { evaluation, pairs } = await evaluate(task, prompts, {
      samples: 2,
      bestOf: [1, 4],
      betas: [0, 1],
      pairsAt: 1,
      actorAt: (beta) => (beta === 0 ? base : greedy),
      base,
    });
    const [same, other] = evaluation.tuned;
    expect(same.klPerToken).toBeLessThan(1e-5);
    expect(other.gain.mean).toBeCloseTo(other.reward.mean - evaluation.base.reward.mean, 6);
    const [one, four] = evaluation.bestOf;
    expect(one.reward.mean).toBeCloseTo(evaluation.base.reward.mean, 6);
    expect(four.reward.mean).toBeGreaterThan(one.reward.mean);
    const tuned = await scorePolicy(task, prompts, greedy, { samples: 2 });
    expect(pairs.map((pair) => pair.tuned)).toEqual(tuned.completions.map(([first]) => first));
    expect(pairs.map(({ prompt }) => prompt)).toEqual(prompts.map(({ text }) => text));
    expect(evaluation.tokens).toBeGreaterThan(0);
  });
});
