import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { type DecodeStep, type Lm, openLm } from '../../src/lm/index.js';
import {
  copyModel,
  type ExpectedLm,
  expectedOf,
  MODEL_HIDDEN,
  MODEL_VOCAB,
  modelNames,
} from '../fixtures/lm/models.js';
import { allRows } from '../support/lm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

/** The largest difference between two lists of numbers. */
function distance(a: ArrayLike<number>, b: readonly number[]): number {
  return b.reduce(
    (most, value, i) => Math.max(most, Math.abs(a[i] - value)),
    a.length === b.length ? 0 : NaN,
  );
}

/** How far what generation shows is from what make.py saw, all prompts in one batch and the tokens given. */
async function generationError(
  lm: Lm,
  { sequences }: ExpectedLm,
): Promise<{ logits: number; hidden: number }> {
  const most = { logits: 0, hidden: 0 };
  const nextTokens = ({ sequences: rows, positions, logits, hidden }: DecodeStep) =>
    rows.map((sequence, row) => {
      const step = sequences[sequence].steps[positions[row]];
      const part = (values: Float32Array, size: number) => values.subarray(row * size, (row + 1) * size);
      most.logits = Math.max(most.logits, distance(part(logits, MODEL_VOCAB), step.logits));
      most.hidden = Math.max(most.hidden, distance(part(hidden, MODEL_HIDDEN), step.hidden));
      return step.token;
    });
  const prompts = sequences.map(({ prompt }) => prompt);
  await lm.generate(prompts, { maxNewTokens: sequences[0].steps.length, nextTokens });
  return most;
}

/** The largest difference between a step's `hidden . row` and its logits, over all tokens. */
function productError(rows: Float32Array, { sequences }: ExpectedLm): number {
  const errors = sequences.flatMap(({ steps }) =>
    steps.map(({ logits, hidden }) => {
      const products = logits.map((_, token) =>
        hidden.reduce((sum, value, i) => sum + value * rows[token * MODEL_HIDDEN + i], 0),
      );
      return distance(products, logits);
    }),
  );
  return Math.max(...errors);
}

/** Warnings that some models deserve. */
function warningOf(name: string): RegExp | undefined {
  if (/^(matmulinteger|dynamic)/.test(name))
    return /^dynamic int8: a row's logits depend on the rest of the batch;/;
  if (/softcap|fp16-cast/.test(name)) return /^the graph caps its logits \(softcap\)/;
  return /^scale/.test(name) ? /^the graph scales its logits/ : undefined;
}

describe.each(modelNames())('the model %s', (name) => {
  it('is understood, and gives what make.py saw', async () => {
    const expected = expectedOf(name);
    const half = /half|fp16/.test(name);
    const lm = await openLm(copyModel(name, directory()), { threads: 1 });
    try {
      expect(lm.info).toMatchObject({
        vocabSize: MODEL_VOCAB,
        hiddenSize: MODEL_HIDDEN,
        head: expected.head,
      });
      const warning = warningOf(name);
      expect(lm.info.warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
      const error = await generationError(lm, expected);
      expect(error.hidden).toBeLessThan(half ? 0.03 : 1e-4);
      expect(error.logits).toBeLessThan(expected.exact ? (half ? 0.06 : 3e-4) : 0.5);
      const rows = await allRows(lm);
      expect(rows).toHaveLength(MODEL_VOCAB * MODEL_HIDDEN);
      for (const [token, row] of Object.entries(expected.rows)) {
        const start = Number(token) * MODEL_HIDDEN;
        expect(distance(rows.subarray(start, start + MODEL_HIDDEN), row)).toBeLessThan(half ? 5e-4 : 1e-5);
      }
      const { bias, after } = expected.head;
      if (!bias && after.length === 0) {
        expect(productError(rows, expected)).toBeLessThan(expected.exact ? (half ? 0.03 : 1e-4) : 0.5);
      }
    } finally {
      await lm.close();
    }
  });
});

describe('a model that cannot be used', () => {
  const refusals = [
    [
      'bfloat16-product',
      /\/model\.onnx cannot be run: Could not find an implementation for MatMul.*'\/lm_head'/,
    ],
    [
      'no-head',
      /\/model\.onnx: no lm_head product leads to logits; .* ended at node '\/no_head' \(MatMul\)$/,
    ],
  ] as const;
  it.each(refusals)('is refused in one line that names the node: %s', async (name, message) => {
    const opening = openLm(copyModel(name, directory()), { threads: 1 });
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.not.toThrow('\n');
  });
});

describe('a hybrid model', () => {
  it('counts the layers without attention, and shows their states', async () => {
    const lm = await openLm(copyModel('hybrid', directory()), { threads: 1, layers: [0, 1, -1] });
    expect(lm.info).toMatchObject({ layerCount: 2, layers: [0, 1, 2], stateSize: 3 * MODEL_HIDDEN });
    await lm.close();
  });
});
