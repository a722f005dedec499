import { Tensor } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import type { OnnxGraph } from './onnx/graph.js';
import type { LmHead } from './onnx/head.js';
import type { Sidecar } from './onnx/sidecar.js';
import { readTokenRows } from './onnx/tokenRows.js';
import type { Probe } from './probe.js';
import { createSession } from './session.js';

// Rows of the identity matrix per run: few, to keep the product small; enough to copy whole cache lines.
const CHUNK = 32;

/**
 * Reads the `lm_head`'s weight as float32 rows `[vocab, hidden]` by running its product on the identity
 * matrix, which works for every layout and quantization alike.
 */
export async function readHeadRows(
  headModel: Sidecar,
  folder: string,
  threads: number,
  vocabSize: number,
  hiddenSize: number,
): Promise<Float32Array<SharedArrayBuffer>> {
  const session = await createSession(headModel, folder, threads);
  const multiply = async (input: Tensor): Promise<Float32Array> => {
    const { data } = (await session.run({ [headModel.hidden]: input }))[headModel.logits];
    if (data instanceof Float32Array) return data;
    throw new TypeError('expected the lm_head product as float32');
  };
  try {
    const rows = new Float32Array(new SharedArrayBuffer(4 * vocabSize * hiddenSize));
    // Some operators add a bias by themselves: what they make of zeros.
    const bias = await multiply(new Tensor('float32', new Float32Array(hiddenSize), [1, hiddenSize]));
    for (let start = 0; start < hiddenSize; start += CHUNK) {
      const count = Math.min(CHUNK, hiddenSize - start);
      const columns = await multiply(identityRows(start, count, hiddenSize));
      transposeInto(rows, vocabSize, columns, bias, start, count);
    }
    return rows;
  } finally {
    await session.release();
  }
}

/** Rows `start` to `start + count` of the identity matrix: `[count, size]`. */
function identityRows(start: number, count: number, size: number): Tensor {
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) data[i * size + start + i] = 1;
  return new Tensor('float32', data, [count, size]);
}

/** `rows[token, start + i] = columns[i, token] - bias[token]`. A product may be wider than the vocabulary. */
function transposeInto(
  rows: Float32Array,
  vocabSize: number,
  columns: Float32Array,
  bias: Float32Array,
  start: number,
  count: number,
): void {
  const hiddenSize = rows.length / vocabSize;
  const width = bias.length;
  for (let token = 0; token < vocabSize; token++) {
    const row = token * hiddenSize + start;
    for (let i = 0; i < count; i++) rows[row + i] = columns[i * width + token] - bias[token];
  }
}

// Tokens to check, spread over the vocabulary: when all rows are at hand, and when each is read from the file.
const CHECKED_TOKENS = 64;
const CHECKED_READS = 16;

/**
 * Makes sure that `hidden . row` gives the `lm_head`'s product in a forward pass.
 * @throws InputError when it does not: the graph is not what it was taken for.
 */
export function checkHeadRows(rows: Float32Array, probe: Probe, file: string): void {
  const hiddenSize = probe.hidden.length;
  const tokens = spreadTokens(probe.logits.length, CHECKED_TOKENS);
  const chosen = tokens.map((token) => rows.subarray(token * hiddenSize, (token + 1) * hiddenSize));
  compare(tokens, chosen, probe, file);
}

/**
 * The same on rows that are read from the model's files, without loading the weight, as it is opened.
 * @returns Whether the weight's layout is one that can be read so.
 * @throws InputError as {@link checkHeadRows}.
 */
export function checkHead(graph: OnnxGraph, head: LmHead, probe: Probe): boolean {
  const hiddenSize = probe.hidden.length;
  const tokens = spreadTokens(probe.logits.length, CHECKED_READS);
  const rows = readTokenRows(graph, head, tokens, hiddenSize);
  if (rows === undefined) return false;
  const chosen = tokens.map((_, i) => rows.subarray(i * hiddenSize, (i + 1) * hiddenSize));
  compare(tokens, chosen, probe, graph.model.path);
  return true;
}

function spreadTokens(vocabSize: number, count: number): number[] {
  const step = Math.max(1, Math.floor(vocabSize / count));
  return Array.from({ length: Math.floor((vocabSize - 1) / step) + 1 }, (_, i) => i * step);
}

function compare(
  tokens: readonly number[],
  rows: readonly Float32Array[],
  { check: { hidden, product } }: Probe,
  file: string,
): void {
  // Quantized products round the hidden state; a wrong row is off by as much as the logits themselves.
  let error = 0;
  let scale = 0;
  tokens.forEach((token, t) => {
    const dot = rows[t].reduce((sum, value, i) => sum + value * hidden[i], 0);
    error = Math.max(error, Math.abs(dot - product[token]));
    scale = Math.max(scale, Math.abs(product[token]));
  });
  if (error <= 0.2 * scale + 1e-3) return;
  throw new InputError(
    `${file}: hidden state and lm_head rows give logits that are off by ${error.toFixed(3)}, so the lm_head was not ` +
      'understood; take another export of the model, or another dtype',
  );
}
