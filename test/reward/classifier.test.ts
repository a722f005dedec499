import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { InputError } from '../../src/common/index.js';
import {
  checkReward,
  createReward,
  type RewardContext,
  type RewardItem,
  type RewardModel,
  scoreAll,
  scoreAllTokens,
  scoresTokens,
} from '../../src/reward/index.js';
import { temporaryDirectory } from '../support/files.js';
import { openStories, STORIES } from '../support/lm.js';
import { items } from './items.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/reward/classifier', import.meta.url));
const BERT = join(FIXTURES, 'bert');
const DISTILBERT = join(FIXTURES, 'distilbert');
const Row = z.object({
  prompt: z.string(),
  completion: z.string(),
  alone: z.array(z.number()),
  joined: z.array(z.number()),
  pair: z.array(z.number()),
});
const expected = (model: string) =>
  z.array(Row).parse(JSON.parse(readFileSync(join(model, 'expected.json'), 'utf8')));

/** Closed when the test ends. */
async function create(parameters: object, context: Partial<RewardContext> = {}): Promise<RewardModel> {
  const model = await createReward({ type: 'classifier', ...parameters }, { baseDirectory: '.', ...context });
  onTestFinished(() => model.close?.());
  return model;
}

const rowsOf = (model: string): RewardItem[] =>
  expected(model).map(({ prompt, completion }) => ({ prompt, completion, tokens: [], row: {} }));

async function scores(parameters: object, batch: readonly RewardItem[]): Promise<number[]> {
  return [...(await (await create(parameters)).score(batch))];
}

// ONNX Runtime and PyTorch differ by 2e-5 at most.
const near = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 4));

/** Copies a fixture, for changes. */
function copyOf(model: string, config: object = {}): string {
  const directory = join(temporaryDirectory(), basename(model));
  cpSync(model, directory, { recursive: true });
  edit(join(directory, 'config.json'), config);
  return directory;
}

function edit(path: string, values: object): void {
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...values }));
}

describe('classifier', () => {
  it.each([
    ['completion', 'alone'],
    ['prompt+completion', 'joined'],
    ['pair', 'pair'],
  ] as const)('agrees with PyTorch, long texts cut off: %s', async (text, key) => {
    for (const [label, name] of ['negative', 'neutral', 'positive'].entries()) {
      const logits = expected(BERT).map((row) => row[key][label]);
      expect(await scores({ model: BERT, label: name, output: 'logit', text }, rowsOf(BERT))).toEqual(
        near(logits),
      );
    }
    const numbers = expected(DISTILBERT).map((row) => row[key][0]);
    expect(await scores({ model: DISTILBERT, text }, rowsOf(DISTILBERT))).toEqual(near(numbers));
  });

  it('gives a text the same score in any batch', async () => {
    const batch = items(
      'happy',
      'the dog was very sad.',
      '',
      'they played and ran! they played',
      'tom',
      'happy',
    );
    for (const model of [BERT, DISTILBERT]) {
      const parameters = { model, output: 'logit', ...(model === BERT ? { label: 2 } : {}) };
      const together = await scores(parameters, batch);
      for (const size of [1, 2]) {
        const apart = await scores({ ...parameters, batch: size }, batch);
        expect(apart).toEqual(together.map((score) => expect.closeTo(score, 5)));
      }
      expect(together[5]).toBe(together[0]);
      expect(new Set(together).size).toBe(5);
    }
    expect(await scores({ model: DISTILBERT }, [])).toEqual([]);
  });

  it('gives a probability, log-odds or the logit', async () => {
    const [[a, b, c]] = expected(BERT).map(({ alone }) => alone);
    const [item] = rowsOf(BERT);
    const score = async (parameters: object) =>
      (await scores({ model: BERT, label: 2, ...parameters }, [item]))[0];
    const p = Math.exp(c) / (Math.exp(a) + Math.exp(b) + Math.exp(c));
    expect(await score({})).toBeCloseTo(p, 5);
    expect(await score({ output: 'log-odds' })).toBeCloseTo(Math.log(p / (1 - p)), 4);
    expect(await score({ output: 'logit' })).toBeCloseTo(c, 5);
  });

  it('takes the labels of a multi-label model one by one', async () => {
    const model = copyOf(BERT, { problem_type: 'multi_label_classification' });
    const [{ alone }] = expected(BERT);
    const batch = rowsOf(BERT).slice(0, 1);
    expect(await scores({ model, label: 'positive' }, batch)).toEqual(near([1 / (1 + Math.exp(-alone[2]))]));
    expect(await scores({ model, label: 'positive', output: 'log-odds' }, batch)).toEqual(near([alone[2]]));
  });

  it('gives the number of a single output, or its logistic function', async () => {
    const [{ alone }] = expected(DISTILBERT);
    const batch = rowsOf(DISTILBERT).slice(0, 1);
    const model = DISTILBERT;
    expect(await scores({ model, output: 'probability' }, batch)).toEqual(
      near([1 / (1 + Math.exp(-alone[0]))]),
    );
    expect((await create({ model })).name).toBe('classifier');
    expect((await create({ model: BERT, label: 2 })).name).toBe('classifier positive');
  });

  it('gives the numbers of a regression with several outputs', async () => {
    const model = copyOf(BERT, { problem_type: 'regression' });
    const [{ alone }] = expected(BERT);
    expect(await scores({ model, label: 0 }, rowsOf(BERT).slice(0, 1))).toEqual(near([alone[0]]));
    await expect(create({ model, label: 0, output: 'probability' })).rejects.toThrow(
      `the 'classifier' reward: ${model} gives numbers without a probability: take output: logit`,
    );
  });

  it('takes at most maxLength tokens', async () => {
    const parameters = { model: BERT, label: 2, output: 'logit' };
    const [whole, cut] = items('the dog was very sad . and', 'the dog was very sad .');
    const [long, short] = await scores({ ...parameters, maxLength: 8 }, [whole, cut]);
    expect(long).toBeCloseTo(short, 5);
    const [all] = await scores(parameters, [whole]);
    expect(all).not.toBeCloseTo(short, 2);
  });

  it('keeps the end of a prompt, before an empty completion too', async () => {
    const [item] = items('');
    const prompt = `${'a '.repeat(20)}the dog is`;
    const end = `${'a '.repeat(3)}the dog is`;
    for (const text of ['pair', 'prompt+completion']) {
      const parameters = { model: DISTILBERT, text, maxLength: 8 };
      const [long, short] = await scores(
        parameters,
        [prompt, end].map((prompt) => ({ ...item, prompt })),
      );
      expect(long).toBeCloseTo(short, 5);
    }
  });

  it('joins a chat by a line break', async () => {
    const [item] = items('happy');
    const chat = { ...item, prompt: 'was', messages: [{ role: 'user', content: 'was' }] };
    const parameters = { model: DISTILBERT, text: 'prompt+completion' };
    const [glued, apart] = await scores(parameters, [{ ...item, prompt: 'was' }, chat]);
    const [spaced] = await scores({ model: DISTILBERT }, items('was happy'));
    expect(apart).toBe(spaced);
    expect(glued).not.toBe(spaced);
  });

  it('takes the dtype that is named, and warns of dynamic int8', async () => {
    const notes: string[] = [];
    const note = (line: string) => notes.push(line);
    const [fp32] = await scores({ model: BERT, label: 2 }, items('happy'));
    const int8 = await create({ model: BERT, label: 2, dtype: 'q8' }, { note });
    const [rounded] = await int8.score(items('happy'));
    expect(rounded).toBeCloseTo(fp32, 1);
    expect(rounded).not.toBe(fp32);
    expect(notes).toEqual([
      `${BERT}: dynamic int8: a score depends on the rest of its batch; take fp32 or q4 (dtype)`,
    ]);
  });

  const listed = '0 negative, 1 neutral, 2 positive';
  it.each([
    [{ model: BERT }, `the 'classifier' reward: name the 'label' that ${BERT} is to score: ${listed}`],
    [{ model: BERT, label: 'positiv' }, `${BERT} has no label positiv; did you mean 'positive'?`],
    [{ model: BERT, label: 'x' }, `${BERT} has no label x; known: negative, neutral, positive`],
    [{ model: BERT, label: 3 }, `${BERT} has no label 3: it has ${listed}`],
    [{ model: BERT, label: 2, dtype: 'q4' }, 'has no model_q4.onnx: choose a dtype that is there (fp32, q8)'],
    [{ model: BERT, label: 2, dtype: 'q5' }, 'no dtype is called q5'],
    [{ model: BERT, label: 2, maxLength: 17 }, `${BERT} reads 16 tokens at most: make maxLength no more`],
    [{ model: BERT, label: 2, revision: 'v2' }, 'is a directory and has no revision v2'],
    [{ model: BERT, label: 2, every: 2 }, "'every': only 'perToken' takes it"],
    [{ model: BERT, label: 2, perToken: true }, "'perToken' is for the tokens of a run: leave it out"],
    [{ model: BERT, label: 2, output: 'score' }, "'output'"],
    [{ label: 2 }, "'model'"],
    [
      { model: '/nowhere/at/all' },
      '/nowhere/at/all does not exist: name a directory with a model, or a hub id',
    ],
    [
      { model: STORIES },
      'holds a model of the type llama, which transformers.js runs as no classifier: take another',
    ],
  ])('refuses %o', async (parameters, message) => {
    await expect(create(parameters)).rejects.toThrow(InputError);
    await expect(create(parameters)).rejects.toThrow(message);
  });

  it('refuses a directory that lacks a file, or has a damaged one', async () => {
    const refusal = async (change: (directory: string) => void, config = {}) => {
      const directory = copyOf(BERT, config);
      change(directory);
      const error = await create({ model: directory, label: 0 }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InputError);
      const message = error instanceof Error ? error.message : '';
      expect(message).not.toContain('\n');
      return message.replaceAll(directory, 'DIR');
    };
    const onnx = (directory: string) => join(directory, 'onnx', 'model.onnx');
    expect(await refusal((directory) => rmSync(join(directory, 'onnx'), { recursive: true }))).toContain(
      'DIR has no .onnx file in its folder onnx/: take a model in the layout of transformers.js, or make one with: ' +
        'optimum-cli export onnx --model ID --task text-classification DIR, then move its .onnx files to DIR/onnx/',
    );
    expect(await refusal((directory) => rmSync(join(directory, 'tokenizer.json')))).toContain(
      'DIR/tokenizer.json is missing',
    );
    expect(await refusal((directory) => writeFileSync(join(directory, 'tokenizer.json'), '{}'))).toContain(
      'DIR: tokenizer.json cannot be used',
    );
    expect(await refusal((directory) => writeFileSync(onnx(directory), 'nothing'))).toMatch(
      /DIR\/onnx\/model\.onnx/,
    );
    const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
    expect(await refusal((directory) => writeFileSync(onnx(directory), lfs))).toContain(
      'is a Git LFS pointer',
    );
    expect(await refusal(() => {}, { id2label: { 0: 'a', 1: 'b' } })).toBe(
      'DIR: config.json names 2 labels, but the model gives 3 numbers: take the one of the model',
    );
  });

  it('refuses a model with other outputs', async () => {
    // A language model under a name that transformers.js takes for a classifier.
    const directory = join(temporaryDirectory(), 'lm');
    mkdirSync(join(directory, 'onnx'), { recursive: true });
    for (const name of readdirSync(BERT).filter((file) => file.endsWith('.json'))) {
      copyFileSync(join(BERT, name), join(directory, name));
    }
    const encoder = fileURLToPath(new URL('../fixtures/lm/seq2seq/bart/encoder_model.onnx', import.meta.url));
    copyFileSync(encoder, join(directory, 'onnx', 'model.onnx'));
    await expect(create({ model: directory, label: 0 })).rejects.toThrow(
      'onnx/model.onnx is no classifier of texts: it gives no logits',
    );
  });
});

describe('a classifier for each token', () => {
  /** Items with the tokens of the bundled model. */
  async function open(parameters: object) {
    const lm = await openStories();
    let closed = 0;
    const shared = {
      ...lm,
      close: async () => {
        closed++;
      },
    };
    onTestFinished(() => lm.close());
    const model = await create(
      { model: DISTILBERT, perToken: true, ...parameters },
      { lm: { id: STORIES }, openLm: async () => shared },
    );
    if (!scoresTokens(model)) throw new Error('it has no scoreTokens');
    const item = (text: string, cut = text.length): RewardItem => ({
      ...items(text.slice(0, cut))[0],
      tokens: lm.tokenizer.encode(text),
    });
    return { model, item, decode: lm.tokenizer.decode, closings: () => closed };
  }

  const text = ' The dog was very happy and played. Tom';

  it('gives the difference that every few tokens make', async () => {
    const { model, item, decode } = await open({});
    const [long, short] = [item(text), item(' Tom')];
    const [tokens, alone] = await scoreAllTokens(model, [long, short]);
    const T = long.tokens.length;
    const ends = [4, 8, T];
    expect(T).toBeGreaterThan(8);
    expect(T).toBeLessThanOrEqual(12);
    const beginnings = ends.map((end) => ({ ...long, completion: decode(long.tokens.slice(0, end)) }));
    const [a, b, c] = await model.score(beginnings);
    const nonzero = [...tokens.keys()].filter((t) => tokens[t] !== 0);
    expect(nonzero).toEqual(ends.map((end) => end - 1));
    expect(nonzero.map((t) => tokens[t])).toEqual(near([a, b - a, c - b]));
    expect(new Set([a, b, c]).size).toBe(3);
    expect([...alone]).toEqual([
      ...Array(short.tokens.length - 1).fill(0),
      expect.closeTo((await model.score([short]))[0], 5),
    ]);
  });

  it('adds up to the score, whatever the step', async () => {
    for (const every of [1, 3, 100]) {
      const { model, item } = await open({ every, text: 'pair' });
      const batch = [item(text), item(''), item(' They ran')];
      const lists = await scoreAllTokens(model, batch);
      const whole = await scoreAll(model, batch);
      expect(lists.map((list) => list.reduce((a, b) => a + b, 0))).toEqual([
        expect.closeTo(whole[0], 4),
        0,
        expect.closeTo(whole[2], 4),
      ]);
    }
  });

  it('does not read a stop text', async () => {
    const { model, item } = await open({ every: 1 });
    // The completion ends before the full stop.
    const end = text.indexOf('.');
    const [tokens] = await scoreAllTokens(model, [item(text, end)]);
    const { length } = item(text.slice(0, end)).tokens;
    expect(tokens.length).toBe(length + 2);
    expect(tokens[length - 1]).not.toBe(0);
    expect([...tokens.slice(length)]).toEqual([0, 0]);
  });

  it('keeps the contract of rewards', async () => {
    const { model } = await open({ every: 40 });
    expect(await checkReward(model, { tolerance: 1e-4 })).toEqual({ ok: true, problems: [] });
  });

  it('closes what it opened', async () => {
    const { model, closings } = await open({});
    await model.close?.();
    expect(closings()).toBe(1);
    const { closings: others } = await open({});
    expect(others()).toBe(0);
  });
});
