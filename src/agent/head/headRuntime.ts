import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { StateBatch } from '../../env/index.js';
import type { HeadSpec, HeadTensors, RowSource } from '../types.js';
import { checkHead } from './head.js';
import { headGraph, INPUT, OUTPUT } from './headGraph.js';
import { type RowProducts, rowProductsOf } from './rowProducts.js';
import { scaleAndCentre } from './rows.js';
import { decodeValues } from './valueHead.js';

/** Computes a head's advantages and values for acting, by its first critic, on ONNX Runtime with one thread. */
export class HeadRuntime {
  readonly #g: InferenceSession;
  readonly #v: InferenceSession;
  readonly #spec: HeadSpec;
  readonly #rows: RowProducts;

  private constructor(g: InferenceSession, v: InferenceSession, spec: HeadSpec, rows: RowSource) {
    this.#g = g;
    this.#v = v;
    this.#spec = spec;
    this.#rows = rowProductsOf(rows, spec.actionSize);
  }

  /**
   * @param rows the actions' rows, unscaled; those of candidates are loaded as they come
   * @throws InputError when the tensors do not fit the spec.
   */
  static async create(tensors: HeadTensors, spec: HeadSpec, rows: RowSource): Promise<HeadRuntime> {
    checkHead(spec, tensors);
    const [g, v] = await Promise.all([
      openSession(headGraph('g', tensors, spec)),
      openSession(headGraph('v', tensors, spec)),
    ]);
    return new HeadRuntime(g, v, spec, rows);
  }

  /** The advantage of every candidate, centred by its mean over the candidates unless the spec says not; `[rows, k]`. */
  async advantages({ rows, k, states, candidates }: StateBatch): Promise<Float32Array> {
    const { stateSize, rowScale, centred } = this.#spec;
    const x = new Tensor('float32', states.subarray(0, rows * stateSize), [rows, stateSize]);
    const g = await run(this.#g, { [INPUT]: x });
    const advantages = await this.#rows.of(g, candidates.subarray(0, rows * k), k);
    scaleAndCentre(advantages, k, rowScale, centred);
    return advantages;
  }

  /**
   * The value of every state.
   * @param states `[n, d]`
   * @param progress steps taken so far over the most allowed; `[n]`
   * @returns `[n]`
   */
  async values(states: Float32Array, progress: Float32Array): Promise<Float32Array> {
    const { stateSize: d, progress: isTold, critic } = this.#spec;
    const x = isTold ? withColumn(states, d, progress) : states;
    const input = new Tensor('float32', x, [progress.length, x.length / progress.length]);
    return decodeValues(critic, await run(this.#v, { [INPUT]: input }));
  }

  /** Frees the sessions. */
  async release(): Promise<void> {
    await Promise.all([this.#g.release(), this.#v.release()]);
  }
}

/** Rows made one longer by a column. */
function withColumn(rows: Float32Array, d: number, column: Float32Array): Float32Array {
  const wider = new Float32Array(column.length * (d + 1));
  column.forEach((value, i) => {
    wider.set(rows.subarray(i * d, (i + 1) * d), i * (d + 1));
    wider[(i + 1) * (d + 1) - 1] = value;
  });
  return wider;
}

function openSession(model: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

async function run(session: InferenceSession, inputs: Record<string, Tensor>): Promise<Float32Array> {
  const { data } = (await session.run(inputs))[OUTPUT];
  if (!(data instanceof Float32Array)) throw new TypeError('the head gave no floats');
  return data;
}
