import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { InputError } from '../../src/common/index.js';
import type { PromptRow } from '../../src/data/index.js';
import { distinctN, scorePolicy } from '../../src/eval/index.js';
import type { RewardItem } from '../../src/reward/index.js';
import { inspect, play, Sampler, type TextPrompt, tokenizePrompts } from '../../src/sample/index.js';
import { writeStoriesChatLm } from '../fixtures/lm/chatLm.js';
import { writeStoryRun } from '../support/runs.js';

const folder = mkdtempSync(join(tmpdir(), 'tokenq-test-'));
let sampler: Sampler;

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const system = { role: 'system', content: 'Be kind.' };
const row = (prompt: string, more: Partial<PromptRow> = {}): PromptRow => ({
  prompt,
  row: {},
  line: 1,
  ...more,
});
const asked = row('Hi.', {
  messages: [system, user('Hi.')],
  followUps: [[user('And you?')]],
  row: { id: 7 },
});

beforeAll(async () => {
  const lm = writeStoriesChatLm(join(folder, 'lm'));
  const config = `env: { turns: 2, maxNewTokens: 6 }\nlm: { id: ${lm}, threads: 1 }\nsample: { beta: 3 }\n`;
  await writeStoryRun(folder, config, 16, ['g', 'v']);
  sampler = await Sampler.open(folder);
});
afterAll(async () => {
  await sampler.close();
  rmSync(folder, { recursive: true });
});

const prompts = (rows: readonly PromptRow[], turns: number | undefined = 2): TextPrompt[] =>
  tokenizePrompts(sampler.lm, rows, 6, 'here', turns);
const text = (tokens: ArrayLike<number>) => sampler.lm.tokenizer.decode(tokens);

describe('tokenizePrompts of a dialogue', () => {
  it('takes a plain prompt as what the user says first', () => {
    const [plain] = prompts([row('Hi.')]);
    expect(plain).toMatchObject({ text: 'Hi.', messages: [user('Hi.')] });
    expect(plain.followUps).toBeUndefined();
    expect(text(plain.tokens)).toBe('user: Hi.assistant: ');
    const [whole] = tokenizePrompts(sampler.lm, [row('Hi.')], 6, 'here');
    expect(whole).toEqual({ id: 0, text: 'Hi.', tokens: sampler.lm.tokenizer.encode('Hi.'), row: {} });
  });

  it('leaves room for every answer', () => {
    const turns = Array.from({ length: 20 }, () => [user('And you?')]);
    const long = row('Hi.', { messages: [user('Hi.')], followUps: turns });
    const { length } = sampler.lm.tokenizer.chat([
      user('Hi.'),
      ...turns.flatMap((said) => [assistant(''), ...said]),
    ]);
    expect(() => prompts([long], 21)).toThrow(
      `here:1: the dialogue has ${length} tokens, which with ${21 * 6} new ones is more than the 256 that the model takes`,
    );
  });
});

describe('play of a dialogue', () => {
  /** Scores an answer by its number in its dialogue, and keeps what it was given. */
  const seen: RewardItem[] = [];
  const reward = {
    name: 'turn',
    score(batch: readonly RewardItem[]) {
      seen.push(...batch);
      return batch.map(({ messages = [] }) => messages.filter(({ role }) => role === 'assistant').length);
    },
  };
  const base = createActor(undefined, { type: 'reference' });

  it('scores every answer with the conversation before it', async () => {
    const { env } = sampler.run.config;
    const task = { lm: sampler.lm, reward, env, seed: 0 };
    const rows = [asked, row('Bye.')];
    const options = { samples: 2, purpose: 'test', iteration: 0 };
    const played = await play(task, prompts(rows), base, options);
    expect(seen).toHaveLength(6);
    for (const [i, scored] of played.slice(0, 2).entries()) {
      const { episode, answers } = scored;
      const [end, T] = episode.answerEnds;
      expect(T).toBe(episode.tokens.length);
      expect(answers).toEqual([text(episode.tokens.slice(0, end)), text(episode.tokens.slice(end))]);
      expect(seen.slice(2 * i, 2 * i + 2)).toEqual([
        {
          prompt: 'Hi.',
          completion: answers[0],
          messages: [system, user('Hi.')],
          tokens: episode.tokens.slice(0, end),
          row: { id: 7 },
        },
        {
          prompt: 'And you?',
          completion: answers[1],
          messages: [system, user('Hi.'), assistant(answers[0]), user('And you?')],
          tokens: episode.tokens.slice(end),
          row: { id: 7 },
        },
      ]);
      expect(scored.completion).toBe(`${answers[0]}\n\nUser: And you?\n\nAssistant: ${answers[1]}`);
      expect([scored.rewards, scored.reward]).toEqual([[0, 1], 0.5]);
    }
    for (const { answers, completion, rewards } of played.slice(2)) {
      expect([answers, rewards]).toEqual([[completion], [0]]);
    }

    const scores = await scorePolicy(task, prompts(rows), base, { samples: 2, purpose: 'test' });
    expect(scores.rewards).toEqual([
      [0.5, 0.5],
      [0, 0],
    ]);
    expect(scores.completions.flat()).toEqual(played.map(({ completion }) => completion));
    expect(scores.tokens).toBe(played.reduce((sum, { episode }) => sum + episode.tokens.length, 0));
    const answers = played.flatMap((scored) => scored.answers);
    expect(scores.distinct2).toBeCloseTo(distinctN(answers, 2), 9);
  });
});

describe('a sampler of dialogues', () => {
  it('gives the whole conversation, and streams it', async () => {
    const streamed: string[] = ['', ''];
    const samples = await sampler.sample(prompts([asked]), {
      n: 2,
      onText: (piece, sequence) => {
        streamed[sequence] += piece;
      },
    });
    for (const { prompt, completion, messages = [], tokens, finishReason } of samples) {
      expect(prompt).toBe('Hi.');
      const [first, second] = messages
        .filter(({ role }) => role === 'assistant')
        .map(({ content }) => content);
      expect(messages).toEqual([system, user('Hi.'), assistant(first), user('And you?'), assistant(second)]);
      expect(completion).toBe(`${first}\n\nUser: And you?\n\nAssistant: ${second}`);
      expect(tokens).toBeGreaterThan(1);
      expect(tokens).toBeLessThanOrEqual(12);
      expect(['stop', 'length']).toContain(finishReason);
    }
    expect(streamed).toEqual(samples.map(({ completion }) => completion));
    expect(samples[0].messages).not.toEqual(samples[1].messages);
  });

  it('answers a plain text once, as in a chat', async () => {
    const [sample] = await sampler.sample(['Hi.']);
    expect(sample.messages).toEqual([user('Hi.'), assistant(sample.completion)]);
    expect(sample.completion).not.toContain('User:');
    const unlike = tokenizePrompts(sampler.lm, [row('Hi.')], 6, 'here');
    expect((await sampler.sample(unlike))[0].completion).toBe(sample.completion);
  });
});

describe('inspect of a dialogue', () => {
  it('shows the tokens of all answers, with the progress over both', async () => {
    const [prompt] = prompts([asked]);
    const [sample] = await sampler.sample([prompt], { seed: 3 });
    const [episode] = await sampler.episodes([prompt], { seed: 3 });
    const view = await inspect(sampler, prompt, { seed: 3 });
    expect(view.completion).toBe(sample.completion);
    expect(view.steps.map(({ token }) => token)).toEqual(episode.tokens);
    const progress = Float32Array.from(episode.tokens, (_, t) => t / 12);
    const values = await sampler.head.values(episode.states, progress);
    view.steps.forEach(({ value }, t) => {
      expect(value).toBeCloseTo(values[t], 5);
    });
  });

  it('follows one answer of a chat, and refuses one of a dialogue', async () => {
    const view = await inspect(sampler, 'Hi.', { completion: 'One day' });
    expect(view.steps.map((step) => step.text).join('')).toBe('One day');
    const [prompt] = prompts([asked]);
    const look = inspect(sampler, prompt, { completion: 'One day' });
    await expect(look).rejects.toThrow(InputError);
    await expect(look).rejects.toThrow(
      'a completion is one answer, and this prompt a dialogue: give the conversation up to that answer as messages',
    );
  });
});
