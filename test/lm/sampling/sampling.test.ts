import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { argmax, greedy, type Lm, openLm, type SamplingOptions, sampling } from '../../../src/lm/index.js';
import { copySeq2Seq, MERGED, SEQ2SEQ_VOCAB } from '../../fixtures/lm/seq2seq.js';
import { openStories } from '../../support/lm.js';
import { temporaryDirectories } from '../temporary.js';
import { stepOf } from './steps.js';

describe('sampling', () => {
  const logits = [0.1, 0.2, 0.3, 0.4].map(Math.log);

  it('draws every token as often as it is likely', async () => {
    const nextTokens = sampling({ seed: 7 });
    const rows = Array.from({ length: 4000 }, () => ({ logits }));
    const tokens = Array.from(await nextTokens(stepOf(...rows)));
    // Three standard deviations of a share are at most 0.024.
    for (const [token, p] of [0.1, 0.2, 0.3, 0.4].entries()) {
      const share = tokens.filter((one) => one === token).length / tokens.length;
      expect(Math.abs(share - p)).toBeLessThan(0.024);
    }
  });

  it('gives a sequence its own random numbers, in any batch', async () => {
    const flat = { logits: new Array(1000).fill(0) };
    const together = Array.from(await sampling()(stepOf(flat, flat, flat)));
    expect(new Set(together).size).toBe(3);
    for (const [sequence, token] of together.entries()) {
      expect(await sampling()(stepOf({ ...flat, sequence }))).toEqual([token]);
      expect(await sampling({}, () => [sequence])(stepOf(flat))).toEqual([token]);
    }
    expect(Array.from(await sampling({ seed: 1 })(stepOf(flat, flat, flat)))).not.toEqual(together);
  });

  it('goes on with them at each step and begins anew with each generation', async () => {
    const flat = { logits: new Array(1000).fill(0) };
    const nextTokens = sampling();
    const first = await nextTokens(stepOf(flat));
    const second = await nextTokens(stepOf({ ...flat, tokens: [5] }));
    expect(second).not.toEqual(first);
    expect(await nextTokens(stepOf(flat))).toEqual(first);
    expect(await nextTokens(stepOf({ ...flat, tokens: [6] }))).toEqual(second);
  });

  it('penalises and bans before it takes the likeliest, of prompt and new tokens', async () => {
    const next = async (options: SamplingOptions) =>
      Array.from(
        await sampling({ temperature: 0, ...options })(
          stepOf({ logits: [3, 2, 1.8, 0], prompt: [0, 1], tokens: [3, 0] }),
        ),
      );
    expect(await next({})).toEqual([0]);
    expect(await next({ repetitionPenalty: 1.3 })).toEqual([0]);
    expect(await next({ repetitionPenalty: 2 })).toEqual([2]);
    expect(await next({ badWordsIds: [[3, 0, 0]] })).toEqual([1]);
    expect(await next({ badWordsIds: [[3, 0, 0]], noRepeatNgramSize: 2 })).toEqual([2]);
  });

  it('says where no token is left', () => {
    const nextTokens = sampling({ noRepeatNgramSize: 1 });
    expect(() => nextTokens(stepOf({ logits: [1, 2], prompt: [0, 1] }))).toThrow(
      /noRepeatNgramSize or bad words/,
    );
  });

  it.each<[SamplingOptions, RegExp]>([
    [{ temperature: -1 }, /temperature is -1: it must be a number, 0 or more/],
    [{ temperature: Number.NaN }, /temperature is NaN/],
    [{ topK: 1.5 }, /topK is 1.5: it must be a whole number/],
    [{ topP: 0 }, /topP is 0: it must be above 0 and at most 1/],
    [{ topP: 1.1 }, /topP is 1.1/],
    [{ minP: -0.1 }, /minP is -0.1: it must be from 0 to 1/],
    [{ repetitionPenalty: 0 }, /repetitionPenalty is 0: it must be a number above 0/],
    [{ noRepeatNgramSize: -2 }, /noRepeatNgramSize is -2/],
    [{ badWordsIds: [[1], []] }, /badWordsIds\[1\] is \[\]: it must be a list of token ids, not empty/],
    [{ badWordsIds: [[-1]] }, /badWordsIds\[0\] is \[-1\]/],
    [{ seed: 0.5 }, /seed is 0.5/],
  ])('refuses %j', (options, message) => {
    expect(() => sampling(options)).toThrow(InputError);
    expect(() => sampling(options)).toThrow(message);
  });
});

describe('sampling from the bundled model', () => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openStories();
  });
  afterAll(() => lm.close());
  const prompts = ['One day, a small', 'The dog was', 'Once upon a time there was a girl'];
  const generate = async (options: SamplingOptions, samples = 1, maxBatch = 32) => {
    const nextTokens = sampling(options);
    const ids = prompts.map((text) => lm.tokenizer.encode(text));
    const generated = await lm.generate(ids, { samples, maxNewTokens: 20, maxBatch, nextTokens });
    return generated.map(({ tokens }) => tokens);
  };

  it('is greedy at temperature 0, with one token and with a tiny nucleus', async () => {
    const ids = prompts.map((text) => lm.tokenizer.encode(text));
    const expected = (await lm.generate(ids, { maxNewTokens: 20, nextTokens: greedy })).map(
      ({ tokens }) => tokens,
    );
    for (const options of [{ temperature: 0 }, { topK: 1 }, { topP: 1e-6 }, { minP: 1 }]) {
      expect(await generate(options)).toEqual(expected);
    }
  });

  it('gives the same tokens in batches of any size', async () => {
    const options = { topP: 0.95, repetitionPenalty: 1.1, noRepeatNgramSize: 3, seed: 4 };
    const whole = await generate(options, 3);
    expect(await generate(options, 3, 2)).toEqual(whole);
    expect(await generate({ ...options, seed: 5 }, 3)).not.toEqual(whole);
  });

  it('repeats no run of tokens that prompt and completion hold already', async () => {
    const completions = await generate({ noRepeatNgramSize: 2, temperature: 0 });
    completions.forEach((tokens, i) => {
      const all = [...lm.tokenizer.encode(prompts[i]), ...tokens];
      const pairs = all.slice(1).map((token, at) => `${all[at]} ${token}`);
      expect(new Set(pairs).size).toBe(pairs.length);
    });
  });

  it('never writes a bad word', async () => {
    const [free] = await generate({ temperature: 0 });
    const badWordsIds = [[free[0]], free.slice(1, 3)];
    for (const tokens of await generate({ temperature: 0, badWordsIds })) {
      expect(tokens).not.toContain(free[0]);
      expect(tokens.join(' ')).not.toContain(free.slice(1, 3).join(' '));
    }
  });

  it('asks a processor about the tokens that are there', async () => {
    const ids = prompts.map((text) => lm.tokenizer.encode(text));
    const seen: string[] = [];
    const generated = await lm.generate(ids, {
      samples: 2,
      maxNewTokens: 5,
      nextTokens: ({ sequences, prompts: given, tokens, positions, logits }) => {
        const vocab = logits.length / sequences.length;
        return sequences.map((sequence, row) => {
          expect(given[row]).toEqual(ids[Math.floor(sequence / 2)]);
          expect(tokens[row]).toHaveLength(positions[row]);
          seen[sequence] = tokens[row].join();
          return argmax(logits, row * vocab, vocab);
        });
      },
    });
    expect(seen).toEqual(generated.map(({ tokens }) => tokens.slice(0, -1).join()));
  });
});

describe('sampling from an encoder-decoder model', () => {
  const directory = temporaryDirectories();

  it('counts what was written, not the source', async () => {
    const lm = await openLm(copySeq2Seq('t5', directory(), MERGED), { threads: 1 });
    try {
      // Every token there is: were the source counted, none would be left.
      const source = Array.from({ length: SEQ2SEQ_VOCAB }, (_, token) => token);
      const nextTokens = sampling({ temperature: 0, noRepeatNgramSize: 1 });
      const [{ tokens }] = await lm.generate([source], { maxNewTokens: 4, nextTokens });
      expect(tokens.length).toBeGreaterThan(0);
      expect(new Set(tokens).size).toBe(tokens.length);
    } finally {
      await lm.close();
    }
  });
});
