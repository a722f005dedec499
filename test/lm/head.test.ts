import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type DecodeStep, type Lm, type LmHeadInfo, openLm } from '../../src/lm/index.js';
import { HEAD_ROWS, type HeadKind, HIDDEN, VOCAB } from '../fixtures/lm/heads.js';
import { type TinyLmOptions, tinyHidden, tinyLogits, writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { allRows } from '../support/lm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const PROMPT = [5, 9, 2, 40];

/** What generation sees before its first token. */
async function firstStep(lm: Lm, prompt: readonly number[]): Promise<Pick<DecodeStep, 'logits' | 'hidden'>> {
  const seen = { logits: new Float32Array(0), hidden: new Float32Array(0) };
  await lm.generate([prompt], {
    maxNewTokens: 1,
    nextTokens: ({ logits, hidden }) => {
      seen.logits = logits.slice();
      seen.hidden = hidden.slice();
      return [0];
    },
  });
  return seen;
}

/** The last position's logits of the model as it stands in its file. */
async function untouchedLogits(model: string, prompt: readonly number[]): Promise<number[]> {
  const session = await InferenceSession.create(join(model, 'onnx', 'model.onnx'), {
    logSeverityLevel: 3,
    // A fusion of ONNX Runtime's would round the hidden state of a dequantized product.
    extra: { session: { disable_quant_qdq: '1' } },
  });
  const ids = (values: readonly number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
  const empty = () => new Tensor('float32', new Float32Array(0), [1, 1, 0, HIDDEN]);
  const { logits } = await session.run({
    input_ids: ids(prompt),
    attention_mask: ids(prompt.map(() => 1)),
    position_ids: ids([...prompt.keys()]),
    'past_key_values.0.key': empty(),
    'past_key_values.0.value': empty(),
  });
  await session.release();
  const data = logits.type === 'float16' ? halvesToNumbers(logits.data) : Array.from(logits.data, Number);
  return data.slice(-VOCAB);
}

function halvesToNumbers(data: Tensor.DataType): number[] {
  if (!ArrayBuffer.isView(data)) throw new TypeError('expected numbers');
  const bits = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  return Array.from(bits, (half) => {
    const magnitude = half & 0x7fff;
    const value =
      magnitude < 0x400 ? magnitude * 2 ** -24 : 2 ** ((magnitude >> 10) - 25) * (1024 + (magnitude & 0x3ff));
    return half & 0x8000 ? -value : value;
  });
}

const float: LmHeadInfo = {
  op: 'MatMul',
  node: 'logits',
  weights: 'float32',
  tied: false,
  bias: false,
  after: [],
};
const KINDS: {
  kind: HeadKind;
  head: LmHeadInfo;
  digits?: number;
  warning?: RegExp;
  options?: TinyLmOptions;
}[] = [
  { kind: 'matmul', head: float },
  { kind: 'tied', head: { ...float, tied: true } },
  { kind: 'bias', head: { ...float, node: 'product', bias: true } },
  {
    kind: 'softcap',
    head: { ...float, node: 'product', after: ['Div', 'Tanh', 'Mul'] },
    warning: /softcap/,
  },
  { kind: 'scaled', head: { ...float, node: 'product', after: ['Mul'] }, warning: /rescales beta/ },
  { kind: 'gemm', head: { ...float, op: 'Gemm', node: 'product', bias: true } },
  { kind: 'dequantized', head: { ...float, weights: 'uint8' } },
  { kind: 'fp16', head: { ...float, node: 'product', weights: 'float16' }, digits: 2 },
  { kind: 'fp16Logits', head: { ...float, weights: 'float16' }, digits: 2 },
  { kind: 'nbits', head: { ...float, op: 'MatMulNBits', weights: '4 bits in blocks of 16' } },
  // Dynamic int8 rounds by the range of all positions, of which the edited graph has the last alone.
  {
    kind: 'integer',
    head: { ...float, op: 'MatMulInteger', node: 'product.q', weights: 'uint8, activations too' },
    digits: 0,
    warning: /dynamic int8/,
  },
  { kind: 'sliced', head: float },
  { kind: 'matmul', head: float, options: { external: 'model.onnx_data' } },
];

describe.each(KINDS)('a graph that ends in $kind $options', ({ kind, head, digits, warning, options }) => {
  const model = () => writeTinyLm(directory(), { head: kind, ...options });

  it('is understood', async () => {
    const lm = await openLm(model(), { threads: 1 });
    expect(lm.info).toMatchObject({
      head,
      vocabSize: VOCAB,
      hiddenSize: HIDDEN,
      contextLength: 64,
      eosTokenIds: [1],
    });
    expect(lm.info.warnings).toEqual(warning === undefined ? [] : [expect.stringMatching(warning)]);
    await lm.close();
  });

  it('gives the logits of the untouched model', async () => {
    const path = model();
    const lm = await openLm(path, { threads: 1 });
    const expected = await untouchedLogits(path, PROMPT);
    const { logits, hidden } = await firstStep(lm, PROMPT);
    expect(logits).toHaveLength(VOCAB);
    logits.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], digits ?? 4);
    });
    tinyHidden(PROMPT).forEach((value, i) => {
      expect(hidden[i]).toBeCloseTo(value, kind === 'fp16Logits' ? 2 : 5);
    });
    await lm.close();
  });

  it('gives the rows of its lm_head', async () => {
    const lm = await openLm(model(), { threads: 1 });
    const rows = await allRows(lm);
    expect(rows).toHaveLength(VOCAB * HIDDEN);
    expect(Math.max(...rows.map((value, i) => Math.abs(value - HEAD_ROWS[i])))).toBeLessThan(1e-5);
    expect(lm.headRows()).toBe(lm.headRows());
    await lm.close();
  });
});

describe('the tiny model of these tests', () => {
  it('follows its formula', async () => {
    const lm = await openLm(writeTinyLm(directory()), { threads: 1 });
    const { logits } = await firstStep(lm, PROMPT);
    tinyLogits(PROMPT).forEach((value, i) => {
      expect(logits[i]).toBeCloseTo(value, 4);
    });
    await lm.close();
  });
});
