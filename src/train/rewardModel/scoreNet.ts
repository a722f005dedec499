import type { Tensor } from '@tensorflow/tfjs-core';
import { Adam, type HeadSpec, initHead, Net, type Tf } from '../../agent/index.js';
import { type NamedTensors, randomStream } from '../../common/index.js';

/** The gradient's norm beyond which it is clipped. */
const CLIP = 1;

/** Sizes of a net. */
export interface NetShape {
  inputs: number;
  hidden: readonly number[];
  outputs: number;
}

/** The net of a reward model while it is trained, by Adam and with an L2 penalty. */
export class ScoreNet {
  private readonly net: Net;
  private readonly adam: Adam;

  /** @param settings learning rate, and weight of half the squared norm of the weights */
  constructor(
    private readonly tf: Tf,
    shape: NetShape,
    private readonly settings: { lr: number; weightDecay: number },
    seed: number,
  ) {
    const spec = specOf(shape);
    this.net = new Net(tf, 'g', spec, initHead(spec, randomStream(seed, 'reward-net')));
    this.adam = new Adam(tf, this.net, settings.lr, CLIP);
  }

  /**
   * One update.
   * @param x standardised rows, `[rows, inputs]`
   * @param gradientOf the loss's gradient by the outputs `[rows, outputs]`
   * @param rate what the learning rate is multiplied by
   */
  update(x: Float32Array, gradientOf: (output: Tensor) => Tensor, rate: number): void {
    const { tf, net } = this;
    const gradients = tf.tidy(() => {
      const { output, backward } = net.run(x);
      return backward(gradientOf(output)).map((gradient, i) => this.withDecay(gradient, net.tensors[i]));
    });
    this.adam.rate = rate;
    this.adam.apply(gradients).dispose();
    for (const gradient of gradients) gradient.dispose();
  }

  /** @param x standardised rows, `[rows, inputs]` @returns `[rows, outputs]` */
  async outputs(x: Float32Array): Promise<Float32Array> {
    const output = this.tf.tidy(() => this.net.run(x).output);
    const data = await output.data<'float32'>();
    output.dispose();
    return data;
  }

  /** The layers, `0.weight`, `0.bias`, ... */
  async read(): Promise<NamedTensors> {
    const tensors = await this.net.read();
    return Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.replace('g.', ''), tensor]),
    );
  }

  dispose(): void {
    this.adam.dispose();
    this.net.dispose();
  }

  /** Biases may be as large as they like. */
  private withDecay(gradient: Tensor, weights: Tensor): Tensor {
    const { tf, settings } = this;
    return weights.rank < 2 ? gradient : tf.add(gradient, tf.mul(weights, settings.weightDecay));
  }
}

/** The net as a part of a head that acts on nothing. */
function specOf({ inputs, hidden, outputs }: NetShape): HeadSpec {
  return {
    ...{ type: 'dense', stateSize: inputs, actionSize: outputs, hidden: [...hidden] },
    ...{ standardise: false, progress: false, centred: false, twin: false, rowScale: 1 },
    critic: { type: 'scalar' },
  };
}
