import { Tensor } from 'onnxruntime-node';
import type { Sidecar } from './onnx/sidecar.js';
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
      transposeInto(rows, hiddenSize, columns, bias, start, count);
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

/** `rows[token, start + i] = columns[i, token] - bias[token]`. */
function transposeInto(
  rows: Float32Array,
  hiddenSize: number,
  columns: Float32Array,
  bias: Float32Array,
  start: number,
  count: number,
): void {
  const vocabSize = bias.length;
  for (let token = 0; token < vocabSize; token++) {
    const row = token * hiddenSize + start;
    for (let i = 0; i < count; i++) rows[row + i] = columns[i * vocabSize + token] - bias[token];
  }
}

const CHECKED_TOKENS = 64;

/**
 * Makes sure that `hidden . row` gives the logits of a forward pass, for tokens spread over the vocabulary.
 * @throws Error when it does not: the graph is not what it was taken for.
 */
export function checkHeadRows(rows: Float32Array, { logits, hidden }: Probe, file: string): void {
  const step = Math.max(1, Math.floor(logits.length / CHECKED_TOKENS));
  // Quantized products round the hidden state; a wrong row is off by as much as the logits themselves.
  let error = 0;
  let scale = 0;
  for (let token = 0; token < logits.length; token += step) {
    let dot = 0;
    for (let i = 0; i < hidden.length; i++) dot += rows[token * hidden.length + i] * hidden[i];
    error = Math.max(error, Math.abs(dot - logits[token]));
    scale = Math.max(scale, Math.abs(logits[token]));
  }
  if (error <= 0.2 * scale + 1e-3) return;
  throw new Error(
    `${file}: hidden state and lm_head rows give logits that are off by ${error.toFixed(3)}; please report this model`,
  );
}
