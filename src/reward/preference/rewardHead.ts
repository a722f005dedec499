import { InferenceSession, Tensor } from 'onnxruntime-node';
import { denseLayers, type NamedTensors, writeOnnx } from '../../common/index.js';

const INPUT = 'x';
const OUTPUT = 'y';

/** The net of a reward model, on ONNX Runtime with one thread. */
export class RewardHead {
  private constructor(
    private readonly session: InferenceSession,
    private readonly inputs: number,
  ) {}

  /** @param tensors As `tensorLayout` says. */
  static async create(tensors: NamedTensors): Promise<RewardHead> {
    const [inputs] = tensors['input.mean'].shape;
    const layers = Object.keys(tensors).filter((name) => name.endsWith('.weight')).length;
    const names = Array.from({ length: layers }, (_, i) => [`${i}.weight`, `${i}.bias`]).flat();
    const outputs = tensors[`${layers - 1}.bias`].shape;
    const standardisation = { mean: tensors['input.mean'].data, scale: tensors['input.scale'].data };
    const graph = denseLayers(tensors, names, INPUT, OUTPUT, standardisation);
    const ports = [
      { name: INPUT, shape: ['rows', inputs] },
      { name: OUTPUT, shape: ['rows', ...outputs] },
    ] as const;
    const bytes = writeOnnx('reward', graph, [ports[0]], ports[1]);
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    return new RewardHead(session, inputs);
  }

  /** @param rows `[n, inputs]`, not standardised @returns `[n, outputs]` */
  async outputs(rows: Float32Array): Promise<Float32Array> {
    const input = new Tensor('float32', rows, [rows.length / this.inputs, this.inputs]);
    const { data } = (await this.session.run({ [INPUT]: input }))[OUTPUT];
    if (!(data instanceof Float32Array)) throw new TypeError('the reward head gave no floats');
    return data;
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
