import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedTensors } from '../../../src/common/index.js';
import { InputError } from '../../../src/common/index.js';
import { completionTokens, type Lm, openLm } from '../../../src/lm/index.js';
import {
  checkReward,
  createReward,
  type RewardContext,
  type RewardItem,
  scoreAll,
  scoreAllTokens,
  scoresTokens,
} from '../../../src/reward/index.js';
import { writeTinyLm } from '../../fixtures/lm/tinyLm.js';
import { temporaryDirectory } from '../../support/files.js';
import { openStories, STORIES } from '../../support/lm.js';
import { type RewardModelOptions, writeRandomReward } from '../../support/rewardModel.js';

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
  ITEMS = [
    item('One day, a small', ' fox met a kind hen. "Hello!" he said.'),
    item('One day, a small', ' dog'),
    item('The film was', ''),
    item('The film was', ' dull and far too long.'),
  ];
});
afterAll(() => lm.close());

/** Shares the open model, whose closing is left to this file. */
const context: RewardContext = {
  baseDirectory: process.cwd(),
  lm: { id: STORIES, threads: 1 },
  openLm: async () => ({ ...lm, close: async () => {} }),
};

function item(prompt: string, completion: string): RewardItem {
  const tokens = completionTokens(lm, { text: prompt, tokens: lm.tokenizer.encode(prompt) }, completion);
  return { prompt, completion, tokens, row: {} };
}

let ITEMS: readonly RewardItem[];

async function withReward<T>(
  options: RewardModelOptions & { perToken?: boolean },
  use: (reward: Awaited<ReturnType<typeof createReward>>, tensors: NamedTensors) => Promise<T>,
): Promise<T> {
  const { perToken = false, ...model } = options;
  const directory = temporaryDirectory();
  const tensors = await writeRandomReward(directory, lm, model);
  const reward = await createReward({ type: 'preference', model: directory, batch: 3, perToken }, context);
  try {
    return await use(reward, tensors);
  } finally {
    await reward.close?.();
  }
}

/** A multilayer perceptron by plain loops. */
function outputsOf(tensors: NamedTensors, x: Float32Array): number[] {
  const { 'input.mean': mean, 'input.scale': scale } = tensors;
  let values = Array.from(x, (value, i) => (value - mean.data[i]) * scale.data[i]);
  for (let layer = 0; `${layer}.weight` in tensors; layer++) {
    const { data: weight, shape } = tensors[`${layer}.weight`];
    const { data: bias } = tensors[`${layer}.bias`];
    const read = layer === 0 ? values : values.map((value) => Math.max(0, value));
    values = Array.from(bias, (b, out) =>
      read.reduce((sum, value, i) => sum + value * weight[i * shape[1] + out], b),
    );
  }
  return values;
}

describe('the preference reward', () => {
  it('scores what its net says of the mean state, centred and scaled', async () => {
    await withReward({ hidden: [], centre: 0.5, scale: 2 }, async (reward, tensors) => {
      const scores = await scoreAll(reward, ITEMS);
      for (const [i, { prompt, tokens }] of ITEMS.entries()) {
        const sequence = { prompt: lm.tokenizer.encode(prompt), completion: tokens };
        const [{ states = new Float32Array(0) }] = await lm.read([sequence], { states: true });
        const d = lm.info.hiddenSize;
        const counted = tokens.length === 0 ? states : states.subarray(d);
        const mean = Float32Array.from({ length: d }, (_, k) => {
          let sum = 0;
          for (let row = 0; row < counted.length / d; row++) sum += counted[row * d + k];
          return sum / (counted.length / d);
        });
        expect(scores[i]).toBeCloseTo((outputsOf(tensors, mean)[0] - 0.5) * 2, 4);
      }
    });
  });

  it('reads every state where it has hidden layers', async () => {
    await withReward({ hidden: [5, 3], pooling: 'both' }, async (reward, tensors) => {
      const [{ prompt, tokens }] = ITEMS;
      const sequence = { prompt: lm.tokenizer.encode(prompt), completion: tokens };
      const [{ states = new Float32Array(0) }] = await lm.read([sequence], { states: true });
      const d = lm.info.hiddenSize;
      const outputs = tokens.map((_, t) => outputsOf(tensors, states.slice((t + 1) * d, (t + 2) * d)));
      const mean = outputs.reduce((sum, [first]) => sum + first, 0) / tokens.length;
      const [score] = await scoreAll(reward, ITEMS);
      expect(score).toBeCloseTo(mean + outputs[outputs.length - 1][1], 4);
    });
  });

  it.each([
    { pooling: 'mean', hidden: [] },
    { pooling: 'last', hidden: [8] },
    { pooling: 'both', hidden: [8] },
  ] as const)('keeps the contract of rewards: %j', async ({ pooling, hidden }) => {
    await withReward({ pooling, hidden: [...hidden] }, async (reward) => {
      expect(await checkReward(reward, { items: ITEMS, tolerance: 1e-4 })).toEqual({
        ok: true,
        problems: [],
      });
    });
  });

  it.each([
    { pooling: 'mean', hidden: [] },
    { pooling: 'both', hidden: [] },
    { pooling: 'both', hidden: [8] },
  ] as const)('gives tokens what they add to the score: %j', async ({ pooling, hidden }) => {
    await withReward({ pooling, hidden: [...hidden], centre: 0.3, perToken: true }, async (reward) => {
      if (!scoresTokens(reward)) throw new Error('scores no tokens');
      const [eos] = lm.info.eosTokenIds;
      const ended = { ...ITEMS[0], tokens: [...ITEMS[0].tokens, eos] };
      const gains = await scoreAllTokens(reward, [...ITEMS, ended]);
      const scores = await scoreAll(reward, ITEMS);
      for (const [i, { tokens }] of ITEMS.entries()) {
        const sum = gains[i].reduce((a, b) => a + b, 0);
        if (tokens.length > 0) expect(sum).toBeCloseTo(scores[i], 4);
      }
      const beginning = item(ITEMS[0].prompt, lm.tokenizer.decode(ITEMS[0].tokens.slice(0, 5)));
      const [first] = await scoreAll(reward, [beginning]);
      expect(gains[0].slice(0, 5).reduce((a, b) => a + b, 0)).toBeCloseTo(first, 4);
      expect([...gains[4]]).toEqual([...gains[0], 0]);
    });
  });

  it('reads what fits of a text that is longer than the context, and says so once', async () => {
    const directory = temporaryDirectory();
    await writeRandomReward(directory, lm);
    const notes: string[] = [];
    const reward = await createReward(
      { type: 'preference', model: directory },
      { ...context, note: (line) => notes.push(line) },
    );
    const long = item('The film was', ' dull'.repeat(1000));
    const room = lm.info.contextLength - lm.tokenizer.encode(long.prompt).length;
    const cut = item('The film was', lm.tokenizer.decode(long.tokens.slice(0, room)));
    const [a, b] = await scoreAll(reward, [long, cut]);
    await scoreAll(reward, [long]);
    expect(a).toBeCloseTo(b, 5);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`context of ${lm.info.contextLength} tokens`);
    await reward.close?.();
  });
});

describe('a reward model that cannot be opened', () => {
  const open = (model: string, other: Partial<RewardContext> = {}) =>
    createReward({ type: 'preference', model }, { ...context, ...other });

  it('is named when it is missing or damaged', async () => {
    const directory = temporaryDirectory();
    await expect(open(directory)).rejects.toThrow(
      `${directory} holds no reward model (no reward.json there)`,
    );
    await writeRandomReward(directory, lm);
    rmSync(join(directory, 'head.safetensors'));
    await expect(open(directory)).rejects.toThrow('head.safetensors');
    await writeRandomReward(directory, lm, { hidden: [3] });
    const file = join(directory, 'reward.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"hidden":[3]', '"hidden":[4]'));
    await expect(open(directory)).rejects.toThrow(/0\.weight should be \[192, 4\] but is \[192, 3\]/);
    writeFileSync(file, text.replace('"version":1', '"version":2'));
    await expect(open(directory)).rejects.toThrow("'version'");
    writeFileSync(file, text.slice(0, 50));
    await expect(open(directory)).rejects.toThrow(`${file} is not JSON`);
  });

  it('is refused with another language model than its own', async () => {
    const directory = temporaryDirectory();
    await writeRandomReward(directory, lm);
    const tiny = await openLm(writeTinyLm(temporaryDirectory()), { threads: 1 });
    const openTiny = async () => ({ ...tiny, close: async () => {} });
    await expect(open(directory, { openLm: openTiny })).rejects.toThrow(InputError);
    await expect(open(directory, { openLm: openTiny })).rejects.toThrow(
      /was trained on another model than .* is now: its model has 2000 tokens, not \d+; train it again/,
    );
    await tiny.close();
    const file = join(directory, 'reward.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/"state":\[[^,]*/, '"state":[100'));
    await expect(open(directory)).rejects.toThrow('its model has the same sizes, but other weights');
    writeFileSync(file, text.replace(/"tokens":\[[^,]*/, '"tokens":[1'));
    await expect(open(directory)).rejects.toThrow('its model has another tokenizer');
  });

  it('says where its language model is missing', async () => {
    const directory = temporaryDirectory();
    await writeRandomReward(directory, lm, { id: './nowhere' });
    await expect(
      createReward({ type: 'preference', model: directory }, { baseDirectory: process.cwd() }),
    ).rejects.toThrow(/the language model that .*reward\.json names does not open: .*nowhere does not exist/);
  });

  it('gives tokens scores only in a run of the same tokenizer', async () => {
    const directory = temporaryDirectory();
    await writeRandomReward(directory, lm);
    const perToken = { type: 'preference', model: directory, perToken: true };
    const { lm: _, ...alone } = context;
    await expect(createReward(perToken, alone)).rejects.toThrow('no run whose tokens it could read');
    const tiny = await openLm(writeTinyLm(temporaryDirectory()), { threads: 1 });
    const openLmOf: RewardContext['openLm'] = async ({ id }) => ({
      ...(id === 'tiny' ? tiny : lm),
      close: async () => {},
    });
    const other = createReward(perToken, { ...context, lm: { id: 'tiny' }, openLm: openLmOf });
    await expect(other).rejects.toThrow('has another tokenizer than');
    await tiny.close();
  });

  it('is found from the base directory, and by its name alone', async () => {
    const base = temporaryDirectory();
    mkdirSync(join(base, 'mine'));
    await writeRandomReward(join(base, 'mine'), lm);
    const reward = await createReward(
      { type: 'preference', model: 'mine' },
      { ...context, baseDirectory: base },
    );
    expect(await scoreAll(reward, ITEMS)).toHaveLength(4);
    await reward.close?.();
  });
});
