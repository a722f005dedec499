import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { OnnxGraph } from './onnx/graph.js';
import type { LmHead } from './onnx/head.js';
import { buildHeadModel, type Sidecar } from './onnx/sidecar.js';
import type { Weights } from './onnx/weights.js';
import { createSession } from './session.js';

// Rows of the identity matrix per run: few, to keep the product small; enough to copy whole cache lines.
const CHUNK = 32;

/** The `lm_head` of a graph. */
export interface HeadSource {
  graph: OnnxGraph;
  head: LmHead;
  weights: Weights;
  threads: number;
}

/** The `lm_head`'s product alone, loaded with its weight; release it when done. */
export class HeadProduct {
  private constructor(
    private readonly session: InferenceSession,
    private readonly model: Sidecar,
  ) {}

  /** @param once whether it will run only a few times */
  static async open({ graph, head, weights, threads }: HeadSource, once = false): Promise<HeadProduct> {
    const model = buildHeadModel(graph, head, weights);
    const session = await createSession(model, weights.folder, { device: 'cpu', threads }, once);
    return new HeadProduct(session, model);
  }

  /** `hidden . row` of one hidden state with every row, without a bias; `[vocab]`, or wider than the vocabulary. */
  async of(hidden: Float32Array): Promise<Float32Array> {
    const bias = await this.multiply(new Float32Array(hidden.length), 1);
    return (await this.multiply(hidden, 1)).map((value, token) => value - bias[token]);
  }

  /**
   * Reads the weight as rows `[vocab, hidden]` into `rows` by multiplying the identity matrix with it, which works for
   * every layout and quantization alike.
   */
  async readRows(rows: Float32Array, hiddenSize: number): Promise<void> {
    const bias = await this.multiply(new Float32Array(hiddenSize), 1);
    for (let start = 0; start < hiddenSize; start += CHUNK) {
      const count = Math.min(CHUNK, hiddenSize - start);
      const columns = await this.multiply(identityRows(start, count, hiddenSize), count);
      transposeInto(rows, hiddenSize, columns, bias, start, count);
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }

  private async multiply(input: Float32Array, rows: number): Promise<Float32Array> {
    const feed = new Tensor('float32', input, [rows, input.length / rows]);
    const { data } = (await this.session.run({ [this.model.hidden]: feed }))[this.model.logits];
    if (data instanceof Float32Array) return data;
    throw new TypeError('expected the lm_head product as float32');
  }
}

/** Rows `start` to `start + count` of the identity matrix: `[count, size]`. */
function identityRows(start: number, count: number, size: number): Float32Array {
  const data = new Float32Array(count * size);
  for (let i = 0; i < count; i++) data[i * size + start + i] = 1;
  return data;
}

/** `rows[token, start + i] = columns[i, token] - bias[token]`. A product may be wider than the vocabulary. */
function transposeInto(
  rows: Float32Array,
  hiddenSize: number,
  columns: Float32Array,
  bias: Float32Array,
  start: number,
  count: number,
): void {
  const width = bias.length;
  for (let row = start, token = 0; row < rows.length; row += hiddenSize, token++) {
    for (let i = 0; i < count; i++) rows[row + i] = columns[i * width + token] - bias[token];
  }
}
