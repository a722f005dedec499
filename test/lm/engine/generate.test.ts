import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Interrupted } from '../../../src/common/index.js';
import { Decoder } from '../../../src/lm/decoder.js';
import { argmax, type DecodeStep, greedy, type Lm, openLm } from '../../../src/lm/index.js';
import { VOCAB } from '../../fixtures/lm/heads.js';
import { type TinyLmOptions, tinyHidden, tinyLogits, writeTinyLm } from '../../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../temporary.js';

const directory = temporaryDirectories();
const PROMPTS = [[5], [9, 2, 40, 7, 7, 12], [3, 30], [61, 4, 17, 33], [8, 8, 8]];
const EOS = 1;

/** What greedy decoding gives by the formula, one sequence at a time. */
function expectedGreedy(prompt: readonly number[], maxNewTokens: number): number[] {
  const tokens: number[] = [];
  while (tokens.length < maxNewTokens && tokens[tokens.length - 1] !== EOS) {
    tokens.push(argmax(Float32Array.from(tinyLogits([...prompt, ...tokens])), 0, VOCAB));
  }
  return tokens;
}

/** Takes the token `(sum of the sequence's number and position) mod 50 + 2`, the same in any batch. */
function scripted({ sequences, positions }: DecodeStep): number[] {
  return sequences.map((sequence, row) => ((sequence * 7 + positions[row] * 3) % 50) + 2);
}

/** The shapes of every forward pass of a generation, `rows x width`. */
function spyOnForward(): () => string[] {
  const spies = [vi.spyOn(Decoder.prototype, 'forward'), vi.spyOn(Decoder.prototype, 'step')];
  return () => {
    const calls = spies.flatMap(({ mock }) =>
      mock.calls.map(([{ rows, width }], i) => ({
        order: mock.invocationCallOrder[i],
        shape: `${rows}x${width}`,
      })),
    );
    return calls.sort((a, b) => a.order - b.order).map(({ shape }) => shape);
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const variants: [string, TinyLmOptions][] = [
  ['a float cache', {}],
  ['a 16-bit cache', { halfCache: true }],
  ['logits of every position', { head: 'gemm' }],
  ['no positions, and so no padding', { noPositions: true }],
];

describe.each(variants)('generate with %s', (_, options) => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openLm(writeTinyLm(directory(), options), { threads: 1 });
  });
  afterAll(() => lm.close());

  it('shows the logits and hidden state of every sequence at every step', async () => {
    const samples = 3;
    const bias = options.head === 'gemm';
    const tolerance = options.halfCache ? 2 : 4;
    const histories = new Map<number, number[]>();
    const results = await lm.generate(PROMPTS, {
      samples,
      maxNewTokens: 6,
      maxBatch: 7,
      // Rows leave at different times, in no order.
      stop: (sequence, tokens) => tokens.length > sequence % 6,
      nextTokens: (step) => {
        expect(step.logits).toHaveLength(step.sequences.length * VOCAB);
        const tokens = scripted(step);
        step.sequences.forEach((sequence, row) => {
          const history = histories.get(sequence) ?? [];
          expect(step.positions[row]).toBe(history.length);
          const seen = [...PROMPTS[Math.floor(sequence / samples)], ...history];
          const logits = step.logits.subarray(row * VOCAB, (row + 1) * VOCAB);
          tinyLogits(seen).forEach((value, token) => {
            expect(logits[token]).toBeCloseTo(value + (bias ? (token % 5) / 4 : 0), tolerance);
          });
          const hidden = tinyHidden(seen);
          hidden.forEach((value, i) => {
            expect(step.hidden[row * hidden.length + i]).toBeCloseTo(value, tolerance);
          });
          histories.set(sequence, [...history, tokens[row]]);
        });
        return tokens;
      },
    });
    results.forEach((result, sequence) => {
      expect(result.tokens).toEqual(histories.get(sequence));
      expect(result.tokens).toHaveLength((sequence % 6) + 1);
      expect(result.finishReason).toBe('stop');
    });
  });
});

describe('generate', () => {
  let lm: Lm;
  beforeAll(async () => {
    lm = await openLm(writeTinyLm(directory()), { threads: 1 });
  });
  afterAll(() => lm.close());

  it('decodes greedily', async () => {
    const results = await lm.generate(PROMPTS, { maxNewTokens: 12, nextTokens: greedy });
    expect(results.map((result) => result.tokens)).toEqual(
      PROMPTS.map((prompt) => expectedGreedy(prompt, 12)),
    );
  });

  it('gives each sequence the same alone as in a batch, whatever the size of the batch', async () => {
    const options = { maxNewTokens: 9, nextTokens: greedy };
    const together = await lm.generate(PROMPTS, options);
    for (const [i, prompt] of PROMPTS.entries()) {
      expect(await lm.generate([prompt], options)).toEqual([together[i]]);
    }
    for (const maxBatch of [1, 2, 4]) {
      expect(await lm.generate(PROMPTS, { ...options, maxBatch })).toEqual(together);
    }
  });

  it('gives the same numbers when it is called again', async () => {
    const record = async () => {
      const seen: number[][] = [];
      await lm.generate(PROMPTS, {
        maxNewTokens: 4,
        nextTokens: (step) => {
          seen.push([...step.logits], [...step.hidden]);
          return scripted(step);
        },
      });
      return seen;
    };
    expect(await record()).toEqual(await record());
  });

  it('prefills a prompt once, however many samples and copies it has', async () => {
    const shapes = spyOnForward();
    await lm.generate([PROMPTS[1], PROMPTS[0], PROMPTS[1]], {
      samples: 4,
      maxNewTokens: 3,
      nextTokens: scripted,
    });
    expect(shapes()).toEqual(['2x6', '12x1', '12x1']);
  });

  it('prefills once where the samples of a prompt need several batches', async () => {
    const shapes = spyOnForward();
    const options = { samples: 5, maxNewTokens: 2, nextTokens: scripted };
    const results = await lm.generate([PROMPTS[1]], { ...options, maxBatch: 2 });
    expect(shapes()).toEqual(['1x6', '2x1', '2x1', '1x1']);
    expect(results).toEqual(await lm.generate([PROMPTS[1]], options));
  });

  it('keeps what a caller writes into the logits from other rows', async () => {
    const logits: number[] = [];
    await lm.generate([PROMPTS[1]], {
      samples: 3,
      maxBatch: 1,
      maxNewTokens: 1,
      nextTokens: (step) => {
        logits.push(step.logits[0]);
        step.logits.fill(99);
        return [5];
      },
    });
    expect(new Set(logits).size).toBe(1);
  });

  it('lets rows that have finished leave the batch', async () => {
    const shapes = spyOnForward();
    const results = await lm.generate(PROMPTS, {
      samples: 2,
      maxNewTokens: 4,
      nextTokens: scripted,
      stop: (sequence, tokens) => sequence >= 2 || tokens.length >= 3,
    });
    expect(shapes()).toEqual(['5x6', '2x1', '2x1']);
    expect(results.map((result) => result.tokens.length)).toEqual([3, 3, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('lets waiting prompts take the places of rows that have finished', async () => {
    const shapes = spyOnForward();
    const lengths = [1, 4, 6, 2, 3, 2, 1, 1];
    const prompts = lengths.map((_, i) => PROMPTS[i % PROMPTS.length].concat(i + 2));
    const results = await lm.generate(prompts, {
      maxNewTokens: 6,
      maxBatch: 4,
      nextTokens: scripted,
      stop: (sequence, tokens) => tokens.length >= lengths[sequence],
    });
    expect(results.map((result) => result.tokens.length)).toEqual(lengths);
    // Of the four shortest two end at once, and the next two come in; twice two more leave, and the last two come.
    expect(shapes()).toEqual(['4x3', '2x5', '4x1', '2x7', '3x1', '2x1', '2x1', '1x1']);
  });

  it('reads the common beginning of prompts once', async () => {
    const shapes = spyOnForward();
    const beginning = Array.from({ length: 40 }, (_, i) => 2 + ((i * 7) % 50));
    const prompts = [[3], [9, 2, 7], [4, 4], [8, 5, 2, 2], [6], [30, 1, 2], [17], [21, 3]].map((end) => [
      ...beginning,
      ...end,
    ]);
    const options = { maxNewTokens: 5, samples: 2, nextTokens: greedy };
    const together = await lm.generate(prompts, { ...options, maxBatch: 6 });
    expect(shapes().slice(0, 2)).toEqual(['1x40', '3x1']);
    expect(shapes().filter((shape) => shape.endsWith('x40') || shape.endsWith('x44'))).toEqual(['1x40']);
    for (const [i, prompt] of prompts.entries()) {
      expect(together[2 * i].tokens).toEqual(expectedGreedy(prompt, 5));
      expect(together[2 * i + 1]).toEqual(together[2 * i]);
    }
  });

  it('gives the same whatever shares a batch, a beginning or a place', { timeout: 60_000 }, async () => {
    const token = fc.integer({ min: 2, max: 60 });
    const end = fc.array(token, { minLength: 1, maxLength: 6 });
    const beginning = fc.constantFrom<number[][]>(
      [],
      [5, 7, 9],
      Array.from({ length: 30 }, (_, i) => i + 10),
    );
    const prompt = fc.tuple(beginning, end).map((parts) => parts.flat());
    await fc.assert(
      fc.asyncProperty(
        fc.array(prompt, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 8 }),
        async (prompts, samples, maxBatch, maxNewTokens) => {
          const length = (sequence: number) => 1 + (sequence % maxNewTokens);
          const results = await lm.generate(prompts, {
            samples,
            maxBatch,
            maxNewTokens,
            nextTokens: greedy,
            stop: (sequence, tokens) => tokens.length >= length(sequence),
          });
          const expected = prompts.flatMap((each, i) =>
            Array.from({ length: samples }, (_, sample) =>
              expectedGreedy(each, length(i * samples + sample)),
            ),
          );
          expect(results.map(({ tokens }) => tokens)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('can be called again before it has answered', async () => {
    const options = { maxNewTokens: 7, nextTokens: greedy };
    const runs = PROMPTS.map((prompt) => lm.generate([prompt], options));
    const results = (await Promise.all(runs)).map(([{ tokens }]) => tokens);
    expect(results).toEqual(PROMPTS.map((prompt) => expectedGreedy(prompt, 7)));
  });

  it('ends with the end-of-sequence token, and keeps it', async () => {
    const results = await lm.generate([[5], [6]], {
      maxNewTokens: 5,
      nextTokens: ({ sequences, positions }) =>
        sequences.map((sequence, row) => (sequence === 0 && positions[row] === 2 ? EOS : 9)),
    });
    expect(results).toEqual([
      { tokens: [9, 9, EOS], finishReason: 'stop' },
      { tokens: [9, 9, 9, 9, 9], finishReason: 'length' },
    ]);
  });

  it('waits for tokens that are promised', async () => {
    const nextTokens = async (step: DecodeStep) => {
      await new Promise((done) => setTimeout(done, 1));
      return Int32Array.from(scripted(step));
    };
    const [result] = await lm.generate([[5]], { maxNewTokens: 2, nextTokens });
    expect(result.tokens).toEqual([2, 5]);
  });

  it('stops between steps when it is told to', async () => {
    const controller = new AbortController();
    const nextTokens = vi.fn((step: DecodeStep) => {
      if (step.positions[0] === 2) controller.abort();
      return scripted(step);
    });
    const run = lm.generate(PROMPTS, { maxNewTokens: 20, nextTokens, signal: controller.signal });
    await expect(run).rejects.toThrow(Interrupted);
    expect(nextTokens).toHaveBeenCalledTimes(3);
  });

  it('fills the context to its last token', async () => {
    const [result] = await lm.generate([[5, 6]], { maxNewTokens: 62, nextTokens: scripted });
    expect(result.tokens).toHaveLength(62);
  });

  it('gives nothing for no prompts and for no new tokens', async () => {
    expect(await lm.generate([], { maxNewTokens: 3, nextTokens: scripted })).toEqual([]);
    expect(await lm.generate([[5]], { maxNewTokens: 0, nextTokens: scripted })).toEqual([
      { tokens: [], finishReason: 'length' },
    ]);
  });

  it.each([
    ['an empty prompt', [[5], []], {}, 'prompt 1 is empty: give it at least one token'],
    ['a strange token', [[5, 64]], {}, "prompt 0 holds token 64, but the model's vocabulary has 64 tokens"],
    [
      'a prompt that is too long',
      [[5], new Array(60).fill(5)],
      {},
      "prompt 1 has 60 tokens and 5 new ones are asked for, but the model's context holds 64: shorten the prompt",
    ],
    ['no samples', [[5]], { samples: 0 }, 'samples is 0: it must be a whole number of at least 1'],
    ['half a batch', [[5]], { maxBatch: 0.5 }, 'maxBatch is 0.5: it must be a whole number of at least 1'],
  ])('refuses %s', async (_name, prompts, options, message) => {
    const run = lm.generate(prompts, { maxNewTokens: 5, nextTokens: scripted, ...options });
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toMatchObject({ name: 'InputError' });
  });

  it('refuses tokens that are not of the vocabulary, or too few', async () => {
    const run = (tokens: number[]) => lm.generate([[5], [6]], { maxNewTokens: 2, nextTokens: () => tokens });
    await expect(run([3, 64])).rejects.toThrow('nextTokens gave 64, which is no token of the vocabulary');
    await expect(run([3])).rejects.toThrow('nextTokens gave 1 tokens for 2 sequences');
  });
});
