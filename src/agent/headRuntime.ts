import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { StateBatch } from '../env/index.js';
import { checkHead } from './head.js';
import { headGraph, INPUT, OUTPUT } from './headGraph.js';
import { type ActionRows, candidateAdvantages } from './rows.js';
import type { HeadSpec, HeadTensors } from './types.js';

/** Computes a head's advantages and values for acting, on ONNX Runtime with one thread. */
export class HeadRuntime {
  readonly #g: InferenceSession;
  readonly #v: InferenceSession;
  readonly #rows: ActionRows;

  private constructor(g: InferenceSession, v: InferenceSession, rows: ActionRows) {
    this.#g = g;
    this.#v = v;
    this.#rows = rows;
  }

  /**
   * @param rows the `lm_head`'s rows, unscaled; `[vocab, d]`; read while acting, not copied
   * @throws InputError when the tensors do not fit the spec.
   */
  static async create(tensors: HeadTensors, spec: HeadSpec, rows: Float32Array): Promise<HeadRuntime> {
    checkHead(spec, tensors);
    const [g, v] = await Promise.all([
      openSession(headGraph('g', tensors, spec)),
      openSession(headGraph('v', tensors, spec)),
    ]);
    return new HeadRuntime(g, v, { data: rows, d: spec.stateSize, scale: spec.rowScale });
  }

  /** The advantage of every candidate, centred by its mean over the candidates; `[rows, k]`. */
  async advantages(batch: StateBatch): Promise<Float32Array> {
    const g = await run(this.#g, batch.states.subarray(0, batch.rows * this.#rows.d), batch.rows);
    return candidateAdvantages(g, batch.candidates.subarray(0, batch.rows * batch.k), batch.k, this.#rows);
  }

  /**
   * The value of every state.
   * @param states `[n, d]`
   * @param progress steps taken so far over the most allowed; `[n]`
   * @returns `[n]`
   */
  values(states: Float32Array, progress: Float32Array): Promise<Float32Array> {
    const { d } = this.#rows;
    const x = new Float32Array(progress.length * (d + 1));
    progress.forEach((share, i) => {
      x.set(states.subarray(i * d, (i + 1) * d), i * (d + 1));
      x[(i + 1) * (d + 1) - 1] = share;
    });
    return run(this.#v, x, progress.length);
  }

  /** Frees the sessions. */
  async release(): Promise<void> {
    await Promise.all([this.#g.release(), this.#v.release()]);
  }
}

function openSession(model: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
}

async function run(session: InferenceSession, x: Float32Array, rows: number): Promise<Float32Array> {
  const input = new Tensor('float32', x, [rows, x.length / rows]);
  const { data } = (await session.run({ [INPUT]: input }))[OUTPUT];
  if (!(data instanceof Float32Array)) throw new TypeError('the head gave no floats');
  return data;
}
