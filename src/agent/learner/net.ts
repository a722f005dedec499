import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../compute/backend.js';
import { convGradients, convOutputs } from '../compute/conv.js';
import { backpropagate, inputGradient, layerOutputs } from '../compute/mlp.js';
import { checkNet, inputSize, layerSizes, type NetName, netLayout } from '../head/head.js';
import type { HeadSpec, HeadTensors } from '../types.js';

/** What a net computed of some inputs. */
export interface NetOutputs {
  /** `[batch, outputs]`. */
  output: Tensor;
  /** The loss's gradients by the net's tensors, in their order, from those by the output. */
  backward(gradient: Tensor): Tensor[];
}

/** One of the head's nets on the backend: its weights and biases, owned by this object. */
export class Net {
  readonly names: readonly string[];
  /** Size of its input. */
  readonly inputs: number;
  /** Size of its output. */
  readonly outputs: number;
  readonly #tf: Tf;
  readonly #image: HeadSpec['image'];
  #tensors: Tensor[];

  /**
   * @param head holds the net's tensors; they are copied
   * @throws InputError when one is missing or of another shape than `spec` says.
   */
  constructor(tf: Tf, name: NetName, spec: HeadSpec, head: HeadTensors) {
    checkNet(name, spec, head);
    this.names = netLayout(name, spec).map((tensor) => tensor.name);
    this.inputs = inputSize(name, spec);
    this.outputs = layerSizes(name, spec).at(-1) ?? 0;
    this.#tf = tf;
    this.#image = spec.image;
    this.#tensors = upload(tf, head, this.names);
  }

  /** Runs the net. Call within `tf.tidy`. @param x `[batch, inputs]` */
  run(x: Float32Array): NetOutputs {
    const tf = this.#tf;
    const rows = x.length / this.inputs;
    const { layers = [], shape = [] } = this.#image ?? {};
    const conv = this.#tensors.slice(0, 2 * layers.length);
    const dense = this.#tensors.slice(2 * layers.length);
    const seen =
      layers.length > 0 ? convOutputs(tf, conv, layers, tf.tensor(x, [rows, ...shape])) : undefined;
    const features = seen?.at(-1) ?? tf.tensor2d(x, [rows, this.inputs]);
    const outputs = layerOutputs(tf, dense, tf.reshape(features, [rows, features.size / rows]));
    return {
      output: outputs[outputs.length - 1],
      backward: (gradient) => {
        const { gradients, dz } = backpropagate(tf, dense, outputs, gradient);
        if (!seen) return gradients;
        return [...convGradients(tf, conv, layers, seen, inputGradient(tf, dense[0], dz)), ...gradients];
      },
    };
  }

  /** `w0, b0, w1, b1, ...`; valid until the next {@link replace}. */
  get tensors(): readonly Tensor[] {
    return this.#tensors;
  }

  /** Takes over new weights and frees the old ones. */
  replace(tensors: Tensor[]): void {
    free(this.#tensors);
    this.#tensors = tensors;
  }

  /** The weights, copied to the JavaScript side. */
  read(): Promise<HeadTensors> {
    return download(this.#tensors, this.names);
  }

  dispose(): void {
    free(this.#tensors);
  }
}

/** Copies named tensors to the backend; they live until freed. */
export function upload(tf: Tf, source: HeadTensors, names: readonly string[]): Tensor[] {
  return names.map((name) => {
    const { data, shape } = source[name];
    // A copy: the wasm and cpu backends may keep the array that they are given.
    return tf.keep(tf.tensor(data.slice(), shape, 'float32'));
  });
}

/** Copies tensors back from the backend. */
export async function download(tensors: readonly Tensor[], names: readonly string[]): Promise<HeadTensors> {
  const named = tensors.map(async (tensor, i): Promise<[string, HeadTensors[string]]> => {
    const data = await tensor.data<'float32'>();
    return [names[i], { shape: [...tensor.shape], data: data.slice() }];
  });
  return Object.fromEntries(await Promise.all(named));
}

/** Frees tensors. */
export function free(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}
