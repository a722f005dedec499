import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeHead, headSpecOf, initHead } from '../../src/agent/index.js';
import { InputError, randomStream } from '../../src/common/index.js';
import { type Actor, klDivergence } from '../../src/env/index.js';
import { answerTexts } from '../../src/sample/answers.js';
import { generateEpisodes } from '../../src/sample/episodes.js';
import { inspect, Sampler, type TextPrompt } from '../../src/sample/index.js';
import { textConfig } from '../support/config.js';
import { openStories } from '../support/lm.js';

const actions = ['happy', 'very sad', 'tired'];
const prompt = 'The dog was';
const run = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
let sampler: Sampler;

/** A run with a dense head whose last layers are random instead of zero. */
beforeAll(async () => {
  const lm = await openStories();
  const { stateSize } = lm.info;
  await lm.close();
  const { agent } = textConfig({ agent: { head: { hidden: [8] } } });
  const spec = headSpecOf(agent, { tokens: false, stateSize, actionSize: actions.length, rowScale: 1 });
  const head = { ...initHead(spec, randomStream(1, 'head')) };
  const random = randomStream(2, 'head');
  for (const name of ['g.1.weight', 'v.1.weight']) {
    head[name] = { ...head[name], data: head[name].data.map(() => random.normal() / 4) };
  }
  mkdirSync(join(run, 'last'));
  writeFileSync(join(run, 'last', 'head.safetensors'), encodeHead(head, spec));
  writeFileSync(
    join(run, 'config.yaml'),
    `env: { actions: ${JSON.stringify(actions)} }\nlm: { threads: 1 }\nsample: { beta: 0.5 }\n`,
  );
  sampler = await Sampler.open(run);
});
afterAll(async () => {
  await sampler.close();
  rmSync(run, { recursive: true });
});

describe('generateEpisodes of a choice', () => {
  const { env } = textConfig({ env: { actions } });
  const even: Actor = { probabilities: ({ rows, k }) => new Float32Array(rows * k).fill(1 / k) };
  const play = (...prompts: TextPrompt[]) =>
    generateEpisodes(sampler.lm, prompts, even, env, {
      ...{ samples: 12, seed: 0, purpose: 'test', iteration: 0 },
    });
  const tokens = (text: string) => sampler.lm.tokenizer.encode(text);

  it.each(['The dog was', 'The dog was ', 'The dog was\n'])(
    'puts a space before an action after %j',
    async (text) => {
      const between = /\s$/.test(text) ? '' : ' ';
      const episodes = await play({ id: 0, text, tokens: tokens(text), row: {} });
      expect(
        new Set(episodes.flatMap((episode) => answerTexts(sampler.lm, env, episode))).size,
      ).toBeGreaterThan(1);
      for (const episode of episodes) {
        const [action] = answerTexts(sampler.lm, env, episode);
        expect(actions[episode.taken[0]]).toBe(action);
        const { tokenizer } = sampler.lm;
        expect(tokenizer.decode([...tokens(text), ...episode.tokens])).toBe(text + between + action);
      }
    },
  );

  it('begins an answer in a chat with the action itself', async () => {
    const messages = [{ role: 'user' as const, content: 'How was the dog?' }];
    const opening = tokens('').length;
    const asked = { id: 0, text: 'How was the dog?', messages, tokens: tokens(prompt), row: {} };
    for (const episode of await play(asked)) {
      expect(episode.tokens).toEqual(tokens(actions[episode.taken[0]]).slice(opening));
    }
  });
});

describe('a sampler of a run with env.actions', () => {
  it.each([{ repetitionPenalty: 2 }, { noRepeatNgramSize: 2 }, { badWords: ['sad'] }])(
    'refuses %j',
    async (options) => {
      await expect(sampler.sample([prompt], options)).rejects.toThrow(
        /chooses among the actions of env.actions/,
      );
    },
  );

  it("gives actions' texts", async () => {
    const samples = await sampler.sample([prompt, 'She was'], { n: 20 });
    expect(samples.map((sample) => sample.prompt)).toEqual([
      ...Array(20).fill(prompt),
      ...Array(20).fill('She was'),
    ]);
    expect(new Set(samples.map(({ completion }) => completion)).size).toBeGreaterThan(1);
    for (const { completion, tokens, finishReason } of samples) {
      expect(actions).toContain(completion);
      const { tokenizer } = sampler.lm;
      expect(finishReason).toBe('stop');
      expect(tokens).toBe(
        tokenizer.encode(`${prompt} ${completion}`).length - tokenizer.encode(prompt).length,
      );
    }
    expect(await sampler.sample([prompt], { n: 20 })).toEqual(samples.slice(0, 20));
  });

  it('shows the text of every choice under its number', async () => {
    const texts = Array.from({ length: 70 }, (_, i) => `Day ${i} was`);
    const shown: string[] = [];
    // More sequences than one batch holds.
    const onText = (text: string, sequence: number) => {
      shown[sequence] = (shown[sequence] ?? '') + text;
    };
    const samples = await sampler.sample(texts, { n: 2, onText });
    expect(shown).toEqual(samples.map(({ completion }) => completion));
  });

  it('takes the most probable at temperature 0, and the base policy at beta 0', async () => {
    const { steps } = await inspect(sampler, prompt, { candidates: 3 });
    const [best] = steps[0].candidates;
    const greedy = await sampler.sample([prompt], { n: 5, temperature: 0 });
    expect(greedy.map(({ completion }) => completion)).toEqual(Array(5).fill(best.text));
    const plain = await inspect(sampler, prompt, { candidates: 3, beta: 0 });
    for (const { base, final } of plain.steps[0].candidates) expect(final).toBeCloseTo(base, 6);
  });
});

describe('inspect of a run with env.actions', () => {
  it('shows the one choice, worked out again by hand', async () => {
    const view = await inspect(sampler, prompt, { candidates: 3, seed: 4 });
    const [{ completion }] = await sampler.sample([prompt], { seed: 4 });
    expect(view).toMatchObject({ prompt, completion, beta: 0.5 });
    expect(view.steps).toHaveLength(1);
    const [{ candidates, value, kl, token, text }] = view.steps;
    expect([text, token]).toEqual([completion, actions.indexOf(completion)]);
    expect(candidates.map((candidate) => candidate.text).toSorted()).toEqual(actions.toSorted());
    const weights = candidates.map(({ base, advantage }) => base * Math.exp(0.5 * advantage));
    const total = weights.reduce((a, b) => a + b);
    candidates.forEach((candidate, i) => {
      expect(candidate.text).toBe(actions[candidate.token]);
      expect(candidate.final).toBeCloseTo(weights[i] / total, 5);
      expect(candidate.q).toBeCloseTo(value + candidate.advantage, 6);
    });
    const final = Float32Array.from(candidates, (candidate) => candidate.final);
    const base = Float32Array.from(candidates, (candidate) => Math.log(candidate.base));
    expect(kl).toBeCloseTo(klDivergence(final, base, 0, 3), 5);
  });

  it('looks into a choice that is given', async () => {
    const sampled = await inspect(sampler, prompt, { candidates: 3 });
    for (const completion of actions) {
      const given = await inspect(sampler, prompt, { candidates: 3, completion });
      expect(given.completion).toBe(completion);
      const [step] = given.steps;
      expect([step.text, step.token]).toEqual([completion, actions.indexOf(completion)]);
      expect(step.candidates.filter(({ taken }) => taken).map(({ text }) => text)).toEqual([completion]);
      expect(step.value).toBe(sampled.steps[0].value);
      expect(step.candidates.map(({ final }) => final)).toEqual(
        sampled.steps[0].candidates.map(({ final }) => final),
      );
    }
  });

  it('refuses a completion that is none of the actions', async () => {
    const look = (completion: string) => inspect(sampler, prompt, { completion });
    await expect(look('hapy')).rejects.toThrow(InputError);
    await expect(look('hapy')).rejects.toThrow(
      "'hapy' is none of the actions of this run; did you mean 'happy'?",
    );
    await expect(look('')).rejects.toThrow("'' is none of the actions of this run");
  });
});
