import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from './backend.js';
import { checkNet, type NetName, tensorNames } from './head.js';
import type { HeadSpec, HeadTensors } from './types.js';

/** One of the head's nets on the backend: its weights and biases, owned by this object. */
export class Net {
  readonly names: readonly string[];
  #tensors: Tensor[];

  /**
   * @param head holds the net's tensors; they are copied
   * @throws InputError when one is missing or of another shape than `spec` says.
   */
  constructor(tf: Tf, name: NetName, spec: HeadSpec, head: HeadTensors) {
    checkNet(name, spec, head);
    this.names = tensorNames(name, spec);
    this.#tensors = upload(tf, head, this.names);
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
