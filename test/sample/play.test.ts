import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor } from '../../src/agent/index.js';
import { InputError } from '../../src/common/index.js';
import { type Lm, openLm } from '../../src/lm/index.js';
import type { RewardItem, RewardModel } from '../../src/reward/index.js';
import { play, type TextPrompt, tokenizePrompts } from '../../src/sample/index.js';
import { writeStoriesChatLm } from '../fixtures/lm/chatLm.js';
import { textConfig } from '../support/config.js';
import { temporaryDirectory } from '../support/files.js';
import { openStories } from '../support/lm.js';

const base = createActor(undefined, { type: 'reference' });
const options = { samples: 3, purpose: 'test', iteration: 0 };
/** Scores a token by its number in its completion, counted from 1. */
const counting: RewardModel = {
  name: 'counting',
  score: () => {
    throw new Error('the completion as a whole is not asked for');
  },
  scoreTokens: async (batch) => batch.map(({ tokens }) => tokens.map((_, i) => i + 1)),
};
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const total = (n: number) => (n * (n + 1)) / 2;

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

/** Plays two prompts in an environment. */
function played(env: object, reward: RewardModel = counting) {
  const rows = ['One day', 'The hotel was'].map((prompt) => ({ prompt, row: {}, line: 1 }));
  const task = { lm, reward, env: textConfig({ env }).env, seed: 0 };
  return play(task, tokenizePrompts(lm, rows, 6, 'here'), base, options);
}

describe('play with a reward for each token', () => {
  it('keeps one for every step, the last token and a stop text among them', async () => {
    const episodes = await played({ maxNewTokens: 24, stop: [' the', '.'] });
    const lengths = episodes.map(({ episode }) => episode.taken.length);
    expect(new Set(lengths).size).toBeGreaterThan(1);
    for (const { episode, tokenRewards, rewards, reward } of episodes) {
      const T = episode.taken.length;
      expect([...(tokenRewards ?? [])]).toEqual(upTo(T));
      expect([rewards, reward]).toEqual([[total(T)], total(T)]);
    }
  });

  it('adds them up for a choice, which is one step', async () => {
    const actions = ['happy', 'very, very sad indeed'];
    const episodes = await played({ actions });
    for (const { completion, episode, tokenRewards, reward } of episodes) {
      expect(episode.taken).toHaveLength(1);
      expect(tokenRewards).toBeUndefined();
      expect(reward).toBe(total(episode.tokens.length));
      expect(episode.tokens.length > 1).toBe(completion !== 'happy');
    }
  });

  it('scores each answer of a dialogue by itself', async () => {
    const chat = await openLm(writeStoriesChatLm(join(temporaryDirectory(), 'lm')), { threads: 1 });
    const seen: RewardItem[] = [];
    const reward: RewardModel = {
      ...counting,
      scoreTokens: async (batch) => {
        seen.push(...batch);
        return batch.map(({ tokens }) => Float32Array.from(tokens, (_, i) => i + 1));
      },
    };
    const row = { prompt: 'Hi.', followUps: [[{ role: 'user', content: 'And you?' }]], row: {}, line: 1 };
    const [prompt]: TextPrompt[] = tokenizePrompts(
      chat,
      [{ ...row, messages: [{ role: 'user', content: 'Hi.' }] }],
      5,
      '',
      2,
    );
    const { env } = textConfig({ env: { turns: 2, maxNewTokens: 5 } });
    const episodes = await play({ lm: chat, reward, env, seed: 0 }, [prompt], base, options);
    await chat.close();
    for (const { episode, tokenRewards, rewards, reward: mean } of episodes) {
      const [first, T] = episode.answerEnds;
      expect([...(tokenRewards ?? [])]).toEqual([...upTo(first), ...upTo(T - first)]);
      expect(rewards).toEqual([total(first), total(T - first)]);
      expect(mean).toBe((total(first) + total(T - first)) / 2);
    }
    expect(seen.map(({ tokens }) => tokens.length)).toEqual(
      episodes.flatMap(
        ({
          episode: {
            answerEnds: [first, T],
          },
        }) => [first, T - first],
      ),
    );
  });

  it('refuses lists of other lengths', async () => {
    const short = { ...counting, scoreTokens: async (batch: readonly RewardItem[]) => batch.map(() => [1]) };
    await expect(played({ maxNewTokens: 6 }, short)).rejects.toThrow(InputError);
    await expect(played({ maxNewTokens: 6 }, short)).rejects.toThrow(/gave item 0 1 number for 6 tokens/);
  });
});
