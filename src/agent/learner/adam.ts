import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tf } from '../compute/backend.js';
import type { HeadTensors } from '../types.js';
import { download, free, type Net, upload } from './net.js';

/** Decay of the mean of the gradients. */
const BETA1 = 0.9;
/** Decay of the mean of their squares. */
const BETA2 = 0.999;
/** Keeps the step finite where a gradient has been zero. */
const EPSILON = 1e-8;

/** Adam (Kingma and Ba 2015) for one net, with the paper's constants and the gradient clipped by its global norm. */
export class Adam {
  readonly #tf: Tf;
  readonly #net: Net;
  readonly #lr: number;
  readonly #clip: number;
  /** What the learning rate is multiplied by, for a schedule. */
  rate = 1;
  /** Means of the gradients, then of their squares, in the order of the net's tensors. */
  #moments: Tensor[];
  #step = 0;

  /**
   * @param lr learning rate
   * @param clip largest global norm of this net's gradient
   */
  constructor(tf: Tf, net: Net, lr: number, clip: number) {
    this.#tf = tf;
    this.#net = net;
    this.#lr = lr;
    this.#clip = clip;
    this.#moments = [...net.tensors, ...net.tensors].map((w) => tf.keep(tf.zerosLike(w)));
  }

  /** The net that it trains. */
  get net(): Net {
    return this.#net;
  }

  /**
   * One step along the gradients, which are in the order of the net's tensors.
   * @returns the gradient's global norm before clipping, to be freed by the caller
   */
  apply(gradients: readonly Tensor[]): Tensor {
    const tf = this.#tf;
    this.#step++;
    const { norm, next } = tf.tidy(() => {
      const { clipped, norm } = clipByGlobalNorm(tf, gradients, this.#clip);
      return { norm, next: clipped.map((gradient, i) => this.#advance(i, gradient)) };
    });
    free(this.#moments);
    this.#moments = [...next.map(({ m }) => m), ...next.map(({ v }) => v)];
    this.#net.replace(next.map(({ w }) => w));
    return norm;
  }

  /** The moments, `NAME.m` and `NAME.v`, and the number of steps, `NET.step`. */
  async read(): Promise<HeadTensors> {
    const step = { shape: [1], data: Float32Array.of(this.#step) };
    return { ...(await download(this.#moments, this.#momentNames())), [this.#stepName()]: step };
  }

  /** Goes on from what {@link read} gave. */
  load(state: HeadTensors): void {
    free(this.#moments);
    this.#moments = upload(this.#tf, state, this.#momentNames());
    this.#step = state[this.#stepName()].data[0];
  }

  dispose(): void {
    free(this.#moments);
  }

  #advance(i: number, gradient: Tensor): { w: Tensor; m: Tensor; v: Tensor } {
    const tf = this.#tf;
    const count = this.#net.tensors.length;
    const m = decay(tf, this.#moments[i], BETA1, gradient);
    const v = decay(tf, this.#moments[count + i], BETA2, tf.square(gradient));
    // The paper's bias corrections, taken out of the square root and the fraction.
    const correction = Math.sqrt(1 - BETA2 ** this.#step);
    const rate = (this.rate * this.#lr * correction) / (1 - BETA1 ** this.#step);
    const direction = tf.div(m, tf.add(tf.sqrt(v), EPSILON * correction));
    return { w: tf.sub(this.#net.tensors[i], tf.mul(direction, rate)), m, v };
  }

  #momentNames(): string[] {
    return ['m', 'v'].flatMap((moment) => this.#net.names.map((name) => `${name}.${moment}`));
  }

  #stepName(): string {
    return `${this.#net.names[0].split('.')[0]}.step`;
  }
}

/** `beta x + (1 - beta) y`. */
function decay(tf: Tf, x: Tensor, beta: number, y: Tensor): Tensor {
  return tf.add(tf.mul(x, beta), tf.mul(y, 1 - beta));
}

/** Scales gradients down together so that the norm of all their entries is at most `limit` (Pascanu et al. 2013). */
export function clipByGlobalNorm(
  tf: Tf,
  gradients: readonly Tensor[],
  limit: number,
): { clipped: Tensor[]; norm: Tensor } {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const factor = tf.div(limit, tf.maximum(norm, limit));
  return { clipped: gradients.map((gradient) => tf.mul(gradient, factor)), norm };
}
