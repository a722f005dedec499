import { afterEach, describe, expect, it, vi } from 'vitest';
import { Decoder } from '../../../src/lm/decoder.js';
import { type DecodeStep, greedy, type Lm, openLm } from '../../../src/lm/index.js';
import { copyModel, MODEL_VOCAB } from '../../fixtures/lm/models.js';
import { temporaryDirectories } from '../temporary.js';

const directory = temporaryDirectories();
const PROMPTS = [[5], [9, 2, 40, 7, 7, 12], [3, 30], [41, 4, 17, 33], [8, 8, 8], [21, 3], [6, 1, 2, 3, 4, 5]];
const SAMPLES = 2;
const LONG_CONTEXT = { max_position_embeddings: 64 };

async function withModel(name: string, test: (lm: Lm) => Promise<void>, config = {}): Promise<void> {
  const model = copyModel(name, directory(), config);
  const lm = await openLm(model, { threads: 1, layers: [0, -1] });
  await test(lm).finally(() => lm.close());
}

/** What a model shows behind some tokens, read at once and alone. */
async function alone(lm: Lm, tokens: readonly number[]) {
  const shown = { logits: new Float32Array(0), hidden: new Float32Array(0) };
  const nextTokens = ({ logits, hidden }: DecodeStep) => {
    shown.logits = logits.slice();
    shown.hidden = hidden.slice();
    return [2];
  };
  await lm.generate([tokens], { maxNewTokens: 1, nextTokens });
  return shown;
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const errors = actual.map((value, i) => Math.abs(value - expected[i]));
  expect(Math.max(...errors)).toBeLessThan(tolerance);
}

/** The shapes of all forward passes from now on, `rows x width`. */
function spyOnPasses(): { prefills(): string[]; steps(): string[] } {
  const [forward, step] = [vi.spyOn(Decoder.prototype, 'forward'), vi.spyOn(Decoder.prototype, 'step')];
  const shapes = ({ mock }: typeof forward | typeof step) =>
    mock.calls.map(([{ rows, width }]) => `${rows}x${width}`);
  return { prefills: () => shapes(forward), steps: () => shapes(step) };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each<[string, object]>([
  ['genai', {}],
  ['genai-fp16', {}],
  ['genai-blocks4-tied', {}],
  ['genai-packed', {}],
  ['community', {}],
  ['genai-hybrid', {}],
  ['hybrid', {}],
  ['matmul', { sliding_window: 16 }],
])('rows of the model %s, with %j', (name, config) => {
  it('join and leave at any time, and see what they see alone', async () => {
    const tolerance = name === 'genai-fp16' ? 0.05 : 1e-4;
    await withModel(
      name,
      async (lm) => {
        const seen: { tokens: number[]; logits: Float32Array; hidden: Float32Array }[] = [];
        let mixed = 0;
        const results = await lm.generate(PROMPTS, {
          samples: SAMPLES,
          maxNewTokens: 6,
          maxBatch: 5,
          stop: (sequence, tokens) => tokens.length > (sequence * 2) % 6,
          nextTokens: ({ sequences, prompts, positions, tokens, logits, hidden }) => {
            if (new Set(positions).size > 1) mixed++;
            return sequences.map((sequence, row) => {
              const size = hidden.length / sequences.length;
              expect(size).toBe(lm.info.stateSize);
              seen.push({
                tokens: [...prompts[row], ...tokens[row]],
                logits: logits.slice(row * MODEL_VOCAB, (row + 1) * MODEL_VOCAB),
                hidden: hidden.slice(row * size, (row + 1) * size),
              });
              return ((sequence * 7 + positions[row] * 3) % 40) + 2;
            });
          },
        });
        expect(results.map(({ tokens }) => tokens.length)).toEqual(
          results.map((_, sequence) => ((sequence * 2) % 6) + 1),
        );
        expect(mixed).toBeGreaterThan(3);
        for (const { tokens, logits, hidden } of seen) {
          const expected = await alone(lm, tokens);
          expectClose(logits, expected.logits, tolerance);
          expectClose(hidden, expected.hidden, tolerance);
        }
      },
      config,
    );
  });
});

describe('a model whose attention counts the tokens', () => {
  it('reads prompts of one length together, and takes a step of all rows', async () => {
    await withModel('genai', async (lm) => {
      const passes = spyOnPasses();
      const nextTokens = ({ sequences }: DecodeStep) => sequences.map((sequence) => sequence + 2);
      await lm.generate(PROMPTS, { maxNewTokens: 3, nextTokens });
      expect(passes.prefills()).toEqual(['1x1', '2x2', '1x3', '1x4', '2x6']);
      expect(passes.steps()).toEqual(['7x1', '7x1']);
    });
  });

  it('reads the common beginning of prompts once, and each end alone', async () => {
    const beginning = Array.from({ length: 40 }, (_, i) => 2 + ((i * 7) % 40));
    const ends = [[3], [9, 2, 7], [4, 4], [8, 5, 2, 2], [6], [30, 1, 2], [17], [21, 3]];
    const prompts = ends.map((end) => [...beginning, ...end]);
    await withModel(
      'community',
      async (lm) => {
        const passes = spyOnPasses();
        const options = { maxNewTokens: 5, samples: 2, nextTokens: greedy };
        const together = await lm.generate(prompts, { ...options, maxBatch: 6 });
        expect(passes.prefills()).toEqual([
          '1x40',
          ...['1x1', '1x1', '1x1', '1x2', '1x2', '1x3', '1x3', '1x4'],
        ]);
        for (const [i, prompt] of prompts.entries()) {
          expect(together.slice(2 * i, 2 * i + 2)).toEqual(await lm.generate([prompt], options));
        }
      },
      LONG_CONTEXT,
    );
  });

  it('fills its context to the last token beside shorter rows', async () => {
    await withModel('genai', async (lm) => {
      const [long, short] = await lm.generate([[5, 9, 3, 3], [7]], { maxNewTokens: 12, nextTokens: greedy });
      expect([long.tokens.length, short.tokens.length]).toEqual([12, 12]);
    });
  });
});

describe('a hybrid model', () => {
  it('reads no beginning apart, for its states take in every token', async () => {
    const beginning = Array.from({ length: 40 }, (_, i) => 2 + ((i * 7) % 40));
    const prompts = Array.from({ length: 8 }, (_, i) => [...beginning, i + 2]);
    await withModel(
      'genai-hybrid',
      async (lm) => {
        const passes = spyOnPasses();
        const together = await lm.generate(prompts, { maxNewTokens: 4, nextTokens: greedy });
        expect(passes.prefills()).toEqual(['8x41']);
        for (const [i, prompt] of prompts.entries()) {
          expect([together[i]]).toEqual(await lm.generate([prompt], { maxNewTokens: 4, nextTokens: greedy }));
        }
      },
      LONG_CONTEXT,
    );
  });
});
