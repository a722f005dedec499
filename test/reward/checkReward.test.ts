import { describe, expect, it } from 'vitest';
import {
  builtInRewards,
  checkReward,
  createReward,
  type RewardItem,
  type RewardModel,
} from '../../src/reward/index.js';
import { items } from './items.js';

const model = (score: (batch: readonly RewardItem[]) => number[]): RewardModel => ({ name: 'mine', score });
const problemsOf = async (score: (batch: readonly RewardItem[]) => number[]) =>
  (await checkReward(model(score))).problems;

function labelled(batch: readonly RewardItem[]): RewardItem[] {
  return batch.map((item) => ({ ...item, row: { label: 'red' } }));
}

describe('checkReward', () => {
  it('passes every built-in reward that asks neither a model nor a server', async () => {
    const asking = ['classifier', 'http', 'judge', 'perplexity', 'preference'];
    const parameters: Record<string, object> = {
      keywords: { words: ['day', 'sad'], mode: 'count' },
      length: { target: 8 },
      match: { column: 'label' },
      similarity: { column: 'label' },
      regex: { pattern: '\\w+', score: 'count' },
      json: { extract: 'first', schema: { type: 'array' } },
      composite: { rewards: [{ reward: 'sentiment' }, { reward: 'repetition', weight: 0.5 }] },
    };
    for (const type of builtInRewards.filter((name) => !asking.includes(name))) {
      const reward = await createReward({ type, ...parameters[type] }, { baseDirectory: '.' });
      // Two of them read a column, which the built-in items do not have.
      const readsColumn = type === 'match' || type === 'similarity';
      const options = readsColumn ? { items: labelled(items('red', 'blue')), onlyItems: true } : {};
      expect(await checkReward(reward, options), type).toEqual({ ok: true, problems: [] });
    }
  });

  it('finds scores that change from call to call', async () => {
    let calls = 0;
    const problems = await problemsOf((batch) => batch.map(() => calls++));
    expect(problems.some((problem) => problem.startsWith('the same batch twice: '))).toBe(true);
  });

  it('finds scores that depend on the rest of the batch', async () => {
    const problems = await problemsOf((batch) => batch.map((item) => item.completion.length / batch.length));
    expect(problems).toEqual([
      expect.stringMatching(/^in a batch, then alone: ".+" scored [\d.]+, then \d+/),
    ]);
  });

  it('finds scores that depend on the order', async () => {
    const problems = await problemsOf((batch) =>
      batch.map((item, i) => (i === 1 ? 0 : item.completion.length)),
    );
    expect(problems.some((problem) => problem.startsWith('the batch in reverse: '))).toBe(true);
  });

  it('finds an empty completion that is not borne', async () => {
    const problems = await problemsOf((batch) => batch.map(({ completion }) => 1 / completion.length));
    expect(problems).toContainEqual(expect.stringContaining('is Infinity'));
    expect(problems).toContainEqual(expect.stringMatching(/^"" alone: /));
  });

  it('finds an empty batch that is not borne', async () => {
    const problems = await problemsOf((batch) => {
      if (batch.length === 0) throw new Error('nothing to score');
      return batch.map(() => 0);
    });
    expect(problems).toEqual(["an empty batch: the reward 'mine' threw: nothing to score"]);
  });

  it('finds the wrong shape', async () => {
    const check = await checkReward(model(() => [1]));
    expect(check.ok).toBe(false);
    expect(check.problems).toContainEqual(
      expect.stringContaining('score returned 1 number for 0 completions'),
    );
  });

  it('takes items of your own, alone if you like', async () => {
    const needsAnswer = model((batch) => batch.map(({ row }) => (row['answer'] === 'yes' ? 1 : Number.NaN)));
    const mine = items('a').map((item) => ({ ...item, row: { answer: 'yes' } }));
    expect((await checkReward(needsAnswer, { items: mine })).ok).toBe(false);
    expect(await checkReward(needsAnswer, { items: mine, onlyItems: true })).toEqual({
      ok: true,
      problems: [],
    });
  });

  it('has a tolerance', async () => {
    const rough = model((batch) => batch.map(() => 1e-3 * batch.length));
    expect((await checkReward(rough)).ok).toBe(false);
    expect((await checkReward(rough, { tolerance: 0.1 })).ok).toBe(true);
  });

  it('tries scoreTokens too', async () => {
    const tokens = (of: (item: RewardItem, batch: readonly RewardItem[]) => number[]) =>
      checkReward({
        ...model((batch) => batch.map(() => 0)),
        scoreTokens: async (batch) => batch.map((item) => of(item, batch)),
      });
    expect(await tokens((item) => item.tokens.map((token) => token / 8))).toEqual({ ok: true, problems: [] });
    const short = await tokens((item) => item.tokens.slice(1));
    expect(short.problems[0]).toContain('scoreTokens: a batch: the reward');
    expect(short.problems[0]).toContain('scoreTokens gave item 0 35 numbers for 36 tokens');
    const crowd = await tokens((item, batch) => item.tokens.map(() => batch.length));
    expect(crowd.problems).toEqual([
      expect.stringMatching(/^scoreTokens: in a batch, then alone: "She .+ scored 7, then 1$/),
    ]);
  });
});
