import type { AgentConfig } from '../../config/index.js';
import type { Tf } from '../compute/backend.js';
import type { HeadTensors } from '../types.js';
import type { Net } from './net.js';

/** Nets that follow the ones being learned, slowly: `Q-` and `V-`. `g` is there where Q is bootstrapped from. */
export class TargetNetwork {
  readonly v: Net;
  readonly g: Net | undefined;
  readonly #tf: Tf;
  readonly #config: AgentConfig['targetNetwork'];

  constructor(tf: Tf, config: AgentConfig['targetNetwork'], nets: { v: Net; g?: Net }) {
    this.#tf = tf;
    this.#config = config;
    this.v = nets.v;
    this.g = nets.g;
  }

  /**
   * Follows the nets being learned after an update: a copy every so many updates (Mnih et al. 2015), or a share of the
   * way at each, `theta- + rate (theta - theta-)` (Polyak; Lillicrap et al. 2016).
   * @param updates updates made so far, this one included
   */
  follow(online: { g: Net; v: Net }, updates: number): void {
    const config = this.#config;
    if (config.type === 'hard' && updates % config.every !== 0) return;
    const rate = config.type === 'hard' ? 1 : config.rate;
    moveTowards(this.#tf, this.v, online.v, rate);
    if (this.g) moveTowards(this.#tf, this.g, online.g, rate);
  }

  async read(): Promise<HeadTensors> {
    return { ...(await this.g?.read()), ...(await this.v.read()) };
  }

  dispose(): void {
    this.v.dispose();
    this.g?.dispose();
  }
}

function moveTowards(tf: Tf, target: Net, online: Net, rate: number): void {
  target.replace(
    tf.tidy(() =>
      target.tensors.map((old, i) => {
        const now = online.tensors[i];
        return rate === 1 ? tf.clone(now) : tf.add(old, tf.mul(tf.sub(now, old), rate));
      }),
    ),
  );
}
