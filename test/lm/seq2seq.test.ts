import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModelForSeq2SeqLM, env, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { type DecodeStep, greedy, type Lm, openLm } from '../../src/lm/index.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { buildReference } from '../../src/lm/onnx/reference.js';
import { encodeIntegers, encodeNode } from '../../src/lm/onnx/write.js';
import type { OpenLmOptions } from '../../src/lm/types.js';
import { DATA_TYPE } from '../fixtures/lm/protobuf.js';
import {
  copySeq2Seq,
  type ExpectedTargets,
  expectedTargets,
  MERGED,
  SEPARATE,
  SEQ2SEQ_HIDDEN,
  SEQ2SEQ_VOCAB,
} from '../fixtures/lm/seq2seq.js';
import { allRows } from '../support/lm.js';
import { rewriteModel } from '../support/rewriteModel.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const LIMIT = 8;

async function withLm<T>(path: string, use: (lm: Lm) => Promise<T>, options: OpenLmOptions = {}): Promise<T> {
  const lm = await openLm(path, { threads: 1, ...options });
  try {
    return await use(lm);
  } finally {
    await lm.close();
  }
}

/** The largest difference between two lists of numbers, but for those that are banned. */
function distance(a: ArrayLike<number>, b: readonly number[]): number {
  const differences = b.map((value, i) => (a[i] === Number.NEGATIVE_INFINITY ? 0 : Math.abs(a[i] - value)));
  return Math.max(a.length === b.length ? 0 : Number.NaN, ...differences);
}

/** Greedy tokens of all sources in one batch, and how far what generation shows is from what was expected. */
async function generateAll(lm: Lm, { sequences }: ExpectedTargets, maxNewTokens = LIMIT) {
  const most = { logits: 0, hidden: 0 };
  const rowsSeen: number[] = [];
  const nextTokens = (step: DecodeStep) => {
    rowsSeen.push(step.sequences.length);
    step.sequences.forEach((sequence, row) => {
      const { logits, hidden } = sequences[sequence].steps[step.positions[row]];
      const part = (values: Float32Array, size: number) => values.subarray(row * size, (row + 1) * size);
      most.logits = Math.max(most.logits, distance(part(step.logits, SEQ2SEQ_VOCAB), logits));
      if (hidden) most.hidden = Math.max(most.hidden, distance(part(step.hidden, SEQ2SEQ_HIDDEN), hidden));
    });
    return greedy(step);
  };
  const found = await lm.generate(
    sequences.map(({ source }) => source),
    { maxNewTokens, nextTokens },
  );
  return { tokens: found.map(({ tokens }) => tokens), most, rowsSeen };
}

function tokensOf({ sequences }: ExpectedTargets): number[][] {
  return sequences.map(({ steps }) => steps.map(({ token }) => token));
}

/** Makes a decoder with a KV cache take another token for the first where the cache is empty. */
function misreadAnEmptyCache(file: string): void {
  rewriteModel(file, {
    added: [
      encodeNode('Shape', ['past_key_values.0.decoder.key'], ['cache_shape']),
      encodeNode('Gather', ['cache_shape', 'columns_axis'], ['cache_columns']),
      encodeNode('Equal', ['cache_columns', 'no_columns'], ['cache_is_empty']),
      encodeNode('Cast', ['cache_is_empty'], ['one_if_empty'], { to: DATA_TYPE.int64 }),
      encodeNode('Add', ['input_ids', 'one_if_empty'], ['misread_ids']),
    ],
    initializers: [encodeIntegers('columns_axis', [2n]), encodeIntegers('no_columns', [0n])],
    reads: ({ opType }) => opType !== 'Shape',
    from: 'input_ids',
    to: 'misread_ids',
  });
}

/** The models in the layouts that they are committed in. */
const LAYOUTS: [string, readonly string[], Partial<Lm['info']['head']>][] = [
  ['t5', MERGED, { tied: true, bias: false }],
  ['t5', SEPARATE, { tied: true, bias: false }],
  ['bart', MERGED, { tied: false, bias: true }],
  ['marian', MERGED, { tied: true, bias: true }],
  ['marian', SEPARATE, { tied: true, bias: true }],
];

describe.each(LAYOUTS)('the encoder-decoder model %s as %j', (name, files, head) => {
  it("gives PyTorch's logits, states and tokens for sources of several lengths in one batch", async () => {
    const expected = expectedTargets(name);
    await withLm(copySeq2Seq(name, directory(), files), async (lm) => {
      expect(lm.info).toMatchObject({
        kind: 'encoder-decoder',
        vocabSize: SEQ2SEQ_VOCAB,
        hiddenSize: 16,
        head,
      });
      const { tokens, most, rowsSeen } = await generateAll(lm, expected);
      expect(tokens).toEqual(tokensOf(expected));
      expect(most.logits).toBeLessThan(2e-4);
      expect(most.hidden).toBeLessThan(1e-4);
      expect(new Set(rowsSeen).size).toBeGreaterThan(1);
      const rows = await allRows(lm);
      for (const [token, row] of Object.entries(expected.rows)) {
        const start = Number(token) * SEQ2SEQ_HIDDEN;
        expect(distance(rows.subarray(start, start + SEQ2SEQ_HIDDEN), row)).toBeLessThan(1e-5);
      }
    });
  });
});

describe('an encoder-decoder model', () => {
  const marian = (files = MERGED, config = {}) => copySeq2Seq('marian', directory(), files, config);

  it('has an fp16 graph with Casts outside of the If', async () => {
    const files = MERGED.map((file) => file.replace('.onnx', '_fp16.onnx'));
    await withLm(marian(files), async (lm) => {
      const { most } = await generateAll(lm, expectedTargets('marian'), 1);
      expect(most.logits).toBeLessThan(0.1);
      expect(most.hidden).toBeLessThan(0.02);
    });
  });

  it('has 4-bit weights in its branches', async () => {
    const expected = expectedTargets('bart', 'expected_q4.json');
    const files = MERGED.map((file) => file.replace('.onnx', '_q4.onnx'));
    await withLm(copySeq2Seq('bart', directory(), files), async (lm) => {
      expect(lm.info.head).toMatchObject({
        op: 'MatMulNBits',
        weights: '4 bits in blocks of 16, with zero points',
      });
      const { tokens, most } = await generateAll(lm, expected, 4);
      expect(most.logits).toBeLessThan(1e-3);
      expect(tokens).toEqual(tokensOf(expected));
      expect(await allRows(lm)).toHaveLength(SEQ2SEQ_VOCAB * SEQ2SEQ_HIDDEN);
    });
  });

  it('keeps weights inside of its branches, as initializers and as Constants', async () => {
    const expected = expectedTargets('t5');
    const inside = 'decoder_model_merged_inside.onnx';
    const path = copySeq2Seq('t5', directory(), [MERGED[0], inside]);
    renameSync(join(path, 'onnx', inside), join(path, 'onnx', MERGED[1]));
    await withLm(path, async (lm) => {
      const { tokens, most } = await generateAll(lm, expected);
      expect(tokens).toEqual(tokensOf(expected));
      expect(most.logits).toBeLessThan(2e-4);
      expect(await allRows(lm)).toHaveLength(SEQ2SEQ_VOCAB * SEQ2SEQ_HIDDEN);
    });
  });

  it('keeps its weights in other files', async () => {
    const path = marian(SEPARATE);
    for (const file of SEPARATE) {
      const [model, data] = [join(path, 'onnx', file), join(path, 'onnx', `${file}_data`)];
      renameSync(model, data);
      writeFileSync(model, buildReference(readModel(data)).bytes);
    }
    const expected = expectedTargets('marian');
    await withLm(path, async (lm) => {
      expect((await generateAll(lm, expected)).tokens).toEqual(tokensOf(expected));
    });
    const data = join(path, 'onnx', `${SEPARATE[2]}_data`);
    writeFileSync(data, readFileSync(data).subarray(0, 40_000));
    await expect(openLm(path, { threads: 1 })).rejects.toThrow(
      /_with_past_model.onnx_data is too short for the weight/,
    );
    rmSync(data);
    await expect(openLm(path, { threads: 1 })).rejects.toThrow(
      /_with_past_model.onnx_data is missing: it holds weights/,
    );
  });

  it('begins with a decoder of its own where the one with a KV cache cannot', async () => {
    const expected = expectedTargets('t5');
    const path = copySeq2Seq('t5', directory(), SEPARATE);
    const next = join(path, 'onnx', SEPARATE[2]);
    misreadAnEmptyCache(next);
    await withLm(path, async (lm) => {
      const { tokens, most } = await generateAll(lm, expected);
      expect(tokens).toEqual(tokensOf(expected));
      expect(most.hidden).toBeLessThan(1e-4);
      const [{ source, steps }] = expected.sequences;
      const [{ states = [] }] = await lm.read([{ prompt: source, completion: tokens[0] }], { states: true });
      const hidden = steps.flatMap((step) => step.hidden ?? []);
      expect(distance(states.slice(0, hidden.length), hidden)).toBeLessThan(1e-4);
    });
  });

  it('gives every sample of a source the same beginning', async () => {
    const expected = expectedTargets('bart');
    await withLm(copySeq2Seq('bart', directory(), MERGED), async (lm) => {
      const sources = expected.sequences.map(({ source }) => source);
      const found = await lm.generate(sources, {
        samples: 3,
        maxNewTokens: LIMIT,
        nextTokens: greedy,
        maxBatch: 4,
      });
      expect(found.map(({ tokens }) => tokens)).toEqual(
        tokensOf(expected).flatMap((tokens) => [tokens, tokens, tokens]),
      );
    });
  });

  it('never generates a banned token', async () => {
    await withLm(marian(), async (lm) => {
      const nextTokens = (step: DecodeStep) => {
        for (let row = 0; row < step.sequences.length; row++) {
          expect(step.logits[(row + 1) * SEQ2SEQ_VOCAB - 1]).toBe(Number.NEGATIVE_INFINITY);
        }
        return greedy(step);
      };
      await lm.generate([[5, 6, 0]], { maxNewTokens: 3, nextTokens });
    });
  });

  it('shows the states of all layers', async () => {
    // Without a forced token PyTorch's first states are those before the first token.
    const path = copySeq2Seq('bart', directory(), MERGED);
    writeFileSync(join(path, 'generation_config.json'), '{"decoder_start_token_id": 2}');
    const { states, sequences } = expectedTargets('bart');
    const seen: number[] = [];
    await withLm(
      path,
      async (lm) => {
        expect(lm.info).toMatchObject({ layerCount: 2, layers: [0, 1, 2], stateSize: 3 * SEQ2SEQ_HIDDEN });
        const nextTokens = (step: DecodeStep) => {
          seen.push(...step.hidden);
          return greedy(step);
        };
        await lm.generate([sequences[0].source], { maxNewTokens: 1, nextTokens });
      },
      { layers: [0, 1, -1] },
    );
    expect(distance(seen, states.flat())).toBeLessThan(1e-4);
  });

  it('has limits for the source and for the target', async () => {
    await withLm(marian(MERGED, { max_position_embeddings: 6 }), async (lm) => {
      expect(lm.info).toMatchObject({ sourceLength: 6, contextLength: 6, warnings: [] });
      const source = [3, 4, 5, 6, 7, 0];
      const go = (prompt: number[], maxNewTokens: number) =>
        lm.generate([prompt], { maxNewTokens, nextTokens: greedy });
      expect(await go(source, 6)).toHaveLength(1);
      await expect(go([2, ...source], 1)).rejects.toThrow(
        'prompt 0 has 7 tokens, but the model reads 6: shorten it',
      );
      await expect(go(source, 7)).rejects.toThrow('7 new ones are asked for');
    });
    // A forced token takes a place of the target.
    await withLm(copySeq2Seq('bart', directory(), MERGED), async (lm) => {
      expect(lm.info).toMatchObject({ sourceLength: 24, contextLength: 23 });
    });
  });

  it("generates as transformers.js's generate() does", async () => {
    env.allowLocalModels = true;
    for (const name of ['t5', 'marian', 'bart']) {
      const path = copySeq2Seq(name, directory(), MERGED);
      const theirs = await AutoModelForSeq2SeqLM.from_pretrained(path, {
        dtype: 'fp32',
        local_files_only: true,
      });
      await withLm(path, async (lm) => {
        const { sequences } = expectedTargets(name);
        for (const { source } of sequences) {
          const [{ tokens }] = await lm.generate([source], { maxNewTokens: 5, nextTokens: greedy });
          const ids = new Tensor('int64', BigInt64Array.from(source, BigInt), [1, source.length]);
          const mask = new Tensor('int64', new BigInt64Array(source.length).fill(1n), [1, source.length]);
          const opening = name === 'bart' ? 2 : 1;
          const output = await theirs.generate({
            inputs: ids,
            attention_mask: mask,
            max_new_tokens: 4 + opening,
            do_sample: false,
          });
          const all = output instanceof Tensor ? Array.from(output.data, Number) : [];
          expect(all.slice(opening, opening + tokens.length)).toEqual(tokens);
        }
      });
      await theirs.dispose();
    }
  });
});

describe('an encoder-decoder model that cannot be used', () => {
  const replace = (from: string, to: string) => (path: string) => {
    const file = join(path, 'onnx', MERGED[1]);
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll(from, to), 'latin1');
  };
  const remove = (file: string) => (path: string) => rmSync(join(path, 'onnx', file));

  it.each([
    [
      'no encoder',
      MERGED,
      remove(MERGED[0]),
      /has no encoder_model.onnx, which the encoder-decoder model needs/,
    ],
    [
      'no decoder with past',
      SEPARATE,
      remove(SEPARATE[2]),
      /has no decoder_with_past_model.onnx, which .* needs/,
    ],
    ['no decoder without past', SEPARATE, remove(SEPARATE[1]), /has no decoder_model.onnx, which .* needs/],
    [
      'no If on use_cache_branch',
      MERGED,
      replace('use_cache_branch', 'use_cache_brunch'),
      /merged.onnx should have one If on its input use_cache_branch, and has 0; its logits come from node 'optimum::if' \(If\)/,
    ],
    [
      'no branch without a cache',
      MERGED,
      replace('else_branch', 'elso_branch'),
      /merged.onnx: node 'optimum::if' \(If\) has no else_branch with its 5 outputs/,
    ],
    [
      'a strange input',
      MERGED,
      replace('encoder_attention_mask', 'encoder_attention_task'),
      /merged.onnx wants the input 'encoder_attention_task', which this version does not support/,
    ],
    [
      'no KV cache',
      MERGED,
      replace('past_key_values', 'post_key_values'),
      /merged.onnx has no KV cache \(inputs past_key_values.0.decoder.key and the like\)/,
    ],
    [
      'an empty encoder',
      MERGED,
      (path: string) => writeFileSync(join(path, 'onnx', MERGED[0]), ''),
      /encoder_model.onnx is empty: download it again/,
    ],
    [
      'a decoder that ends early',
      MERGED,
      (path: string) => {
        const file = join(path, 'onnx', MERGED[1]);
        writeFileSync(file, readFileSync(file).subarray(0, 90_000));
      },
      /merged.onnx is not a whole ONNX model/,
    ],
    [
      'no start token',
      MERGED,
      (path: string) => writeFileSync(join(path, 'generation_config.json'), '{}'),
      /neither config.json nor generation_config.json has decoder_start_token_id/,
    ],
  ])('is refused in one line: %s', async (_, files, spoil, message) => {
    const path = copySeq2Seq('t5', directory(), files, { decoder_start_token_id: undefined });
    spoil(path);
    const opening = openLm(path, { threads: 1 });
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow('\n');
  });

  it('is refused in another dtype than those there', async () => {
    const path = copySeq2Seq('bart', directory(), [...MERGED, 'encoder_model_q4.onnx']);
    await expect(openLm(path, { threads: 1, dtype: 'q4' })).rejects.toThrow(
      'has no decoder_model_merged_q4.onnx, which the encoder-decoder model needs beside its other graphs: choose a ' +
        'dtype that is there (fp32)',
    );
  });
});
