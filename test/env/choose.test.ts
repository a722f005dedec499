import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { Interrupted } from '../../src/common/index.js';
import { type Actor, type ChoiceOptions, choose, rollout, type TextEpisode } from '../../src/env/index.js';
import type { GenerateOptions, Lm } from '../../src/lm/index.js';
import { openStories } from '../support/lm.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

const base = createActor(undefined, { type: 'reference' });
const texts = ['The dog was', 'One day, a small', 'My aunt and I went to the'];
const words = [' happy', ' very sad and cold', ' zebra'];

/** The tokens of the prompts, and of every word after every one. */
function task(...prompts: string[]) {
  const encode = (text: string) => lm.tokenizer.encode(text);
  return {
    prompts: prompts.map(encode),
    actions: prompts.map((prompt) => words.map((word) => encode(prompt + word).slice(encode(prompt).length))),
  };
}

function play(
  prompts: readonly string[],
  changes: Partial<ChoiceOptions> = {},
  actor = base,
  model = lm,
): Promise<TextEpisode[]> {
  const { prompts: tokens, actions } = task(...prompts);
  const options = { samples: 1, temperature: 1, seed: 3, purpose: 'test', iteration: 0 };
  return choose(model, tokens, actor, { ...options, actions, ...changes });
}

/** A completion's mean log-probability per token, token by token from the logits. */
async function score(prompt: readonly number[], completion: readonly number[]): Promise<number> {
  let sum = 0;
  await lm.generate([prompt], {
    maxNewTokens: completion.length,
    nextTokens: ({ logits, positions: [position] }) => {
      const total = logits.reduce((all, logit) => all + Math.exp(logit), 0);
      sum += logits[completion[position]] - Math.log(total);
      return [completion[position]];
    },
  });
  return sum / completion.length;
}

/** The same model with a count of what is asked of it. */
function counted(model: Lm): { model: Lm; prompts: () => number } {
  let prompts = 0;
  const generate = (asked: readonly (readonly number[])[], options: GenerateOptions) => {
    prompts += asked.length;
    return model.generate(asked, options);
  };
  return {
    model: { ...model, generate },
    prompts: () => prompts,
  };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('choose', () => {
  it('takes an action in proportion to its mean probability per token', async () => {
    const episodes = await play(texts);
    const { prompts, actions } = task(...texts);
    expect(new Set(actions[0].map(({ length }) => length)).size).toBeGreaterThan(1);
    for (const [i, { reference, baseLogProbs, taken }] of episodes.entries()) {
      const scores = await Promise.all(actions[i].map((action) => score(prompts[i], action)));
      const weights = scores.map(Math.exp);
      reference.forEach((logProb, a) => {
        expect(logProb).toBeCloseTo(Math.log(weights[a] / sum(weights)), 4);
      });
      expect(baseLogProbs[0]).toBeCloseTo(scores[taken[0]], 4);
    }
  });

  it('raises these to the power of the inverse temperature', async () => {
    const [warm] = await play(texts);
    const [cold] = await play(texts, { temperature: 0.25 });
    const weights = Array.from(warm.reference, (logProb) => Math.exp(logProb) ** 4);
    cold.reference.forEach((logProb, a) => {
      expect(logProb).toBeCloseTo(Math.log(weights[a] / sum(weights)), 4);
    });
  });

  it("plays one step from the prompt's state", async () => {
    const { prompts, actions } = task(...texts);
    const tokens: [number, number][] = [];
    const episodes = await play(texts, { samples: 2, onToken: (...token) => tokens.push(token) });
    const first = await rollout(lm, prompts, base, {
      ...{ samples: 1, maxNewTokens: 1, topK: 4, temperature: 1, seed: 0, purpose: 'test', iteration: 0 },
    });
    expect(episodes.map(({ prompt, sample }) => [prompt, sample])).toEqual(
      [0, 1, 2].flatMap((prompt) => [
        [prompt, 0],
        [prompt, 1],
      ]),
    );
    for (const episode of episodes) {
      const { prompt, taken, states, candidates, behaviour, reference, outside, kl } = episode;
      expect(episode.tokens).toEqual(actions[prompt][taken[0]]);
      expect(episode.finishReason).toBe('stop');
      expect([...candidates]).toEqual([0, 1, 2]);
      expect([taken.length, outside[0], states.length]).toEqual([1, 0, lm.info.stateSize]);
      states.forEach((value, i) => {
        expect(value).toBeCloseTo(first[prompt].states[i], 3);
      });
      behaviour.forEach((p, a) => {
        expect(p).toBeCloseTo(Math.exp(reference[a]), 5);
      });
      expect(kl[0]).toBeCloseTo(0, 5);
    }
    expect(tokens).toEqual(episodes.flatMap((episode, i) => episode.tokens.map((token) => [i, token])));
  });

  it('sees the same in any batch, whether it knew the prompt or not', async () => {
    const together = await play(texts, {}, base, counted(lm).model);
    for (const [id, text] of texts.entries()) {
      const [alone] = await play([text], { promptIds: [id] }, base, counted(lm).model);
      expect(alone.taken).toEqual(together[id].taken);
      alone.reference.forEach((value, a) => {
        expect(value).toBeCloseTo(together[id].reference[a], 4);
      });
      alone.states.forEach((value, i) => {
        expect(value).toBeCloseTo(together[id].states[i], 3);
      });
    }
  });

  it('looks at a prompt once', async () => {
    const { model, prompts } = counted(lm);
    const twice = await play(['The dog was', 'The dog was'], { samples: 4 }, base, model);
    expect(prompts()).toBe(1);
    expect(twice[4].reference).toEqual(twice[0].reference);
    const more = await play(texts, { samples: 4 }, base, model);
    expect(prompts()).toBe(texts.length);
    expect(more.slice(0, 4)).toEqual(twice.slice(0, 4));
    expect(await play(texts, { samples: 4 }, base, model)).toEqual(more);
    expect(prompts()).toBe(texts.length);
    // Other completions of the same prompt are another choice.
    const { actions } = task('The dog was');
    const [reversed] = await play(
      ['The dog was'],
      { actions: actions.map((all) => all.toReversed()) },
      base,
      model,
    );
    reversed.reference.forEach((value, a) => {
      expect(value).toBeCloseTo(more[0].reference[2 - a], 4);
    });
  });

  it("draws by the seed, the purpose, the iteration, the prompt's number and the sample", async () => {
    const even: Actor = { probabilities: ({ rows, k }) => new Float32Array(rows * k).fill(1 / k) };
    const drawn = async (changes: Partial<ChoiceOptions>, prompts = [texts[0]]) =>
      (await play(prompts, { samples: 24, ...changes }, even)).map(({ taken }) => taken[0]).join('');
    const one = await drawn({});
    expect(await drawn({})).toBe(one);
    expect((await drawn({}, [texts[0], texts[1]])).slice(0, 24)).toBe(one);
    expect(await drawn({ promptIds: [0] }, [texts[2]])).toBe(one);
    const changes = [{ seed: 4 }, { purpose: 'other' }, { iteration: 1 }, { promptIds: [1] }];
    const others = await Promise.all(changes.map((change) => drawn(change)));
    expect(new Set([one, ...others]).size).toBe(5);
  });

  it('draws actions as often as the policy says', async () => {
    const actor: Actor = { probabilities: () => Float32Array.of(0.7, 0, 0.3) };
    const episodes = await play([texts[0]], { samples: 2000 }, actor);
    const share = (action: number) => episodes.filter(({ taken }) => taken[0] === action).length / 2000;
    expect(share(0)).toBeCloseTo(0.7, 1);
    expect([share(1), share(0) + share(2)]).toEqual([0, 1]);
    const [{ behaviour, reference, kl }] = episodes;
    const byHand = 0.7 * (Math.log(0.7) - reference[0]) + 0.3 * (Math.log(0.3) - reference[2]);
    expect([...behaviour]).toEqual([...Float32Array.of(0.7, 0, 0.3)]);
    expect(kl[0]).toBeCloseTo(byHand, 4);
  });

  it('stops when it is told to, whether it knows the prompts or not', async () => {
    const signal = AbortSignal.abort();
    await expect(play(['A new prompt is'], { signal })).rejects.toThrow(Interrupted);
    await play(texts);
    await expect(play(texts, { signal })).rejects.toThrow(Interrupted);
  });
});
