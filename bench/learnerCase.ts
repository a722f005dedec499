import type { Backend } from '../src/agent/compute/backend.js';
import { headSpecOf, loadedRows, rowScaleOf } from '../src/agent/index.js';
import { LearnerCore } from '../src/agent/learner/learnerCore.js';
import { type RandomStream, randomStream } from '../src/common/index.js';
import { runConfig } from '../src/config/index.js';
import type { Trajectory } from '../src/replay/index.js';

/** What is measured: a size of states and rows, and a target. */
export interface LearnerCase {
  d: number;
  target: 'double' | 'value';
}

/** What all cases share: a batch of 128 episodes of 32 tokens, as of the text default, and 16 updates a step. */
export const SHARED = {
  hidden: [256, 256],
  batch: 256,
  k: 64,
  vocab: 4096,
  episodes: 128,
  length: 32,
  updatesPerStep: 16,
};

/** How many updates some seconds were enough for. */
export interface Timing {
  updates: number;
  /** On the wall. */
  wall: number;
  /** Of the processor. */
  cpu: number;
}

/** A learner with a full replay of random numbers. */
export class CaseLearner {
  readonly #core: LearnerCore;
  #step = 0;

  private constructor(core: LearnerCore) {
    this.#core = core;
  }

  /** A learner that has made its first step, and so has compiled and allocated what it needs. */
  static async create(backend: Backend, { d, target }: LearnerCase): Promise<CaseLearner> {
    const random = randomStream(0, 'bench-learner', d);
    const transitions = SHARED.episodes * SHARED.length;
    const { agent, replay, policy } = runConfig.parse({
      agent: {
        head: { hidden: SHARED.hidden },
        target: { type: target },
        returns: { type: target === 'double' ? 'one-step' : 'episode' },
        batchSize: SHARED.batch,
        valueBatchSize: SHARED.batch,
        updates: SHARED.updatesPerStep,
        valueUpdates: SHARED.updatesPerStep,
      },
      replay: { capacity: transitions },
    });
    const data = new Float32Array(new SharedArrayBuffer(4 * SHARED.vocab * d));
    for (let i = 0; i < data.length; i++) data[i] = random.normal();
    const rows = loadedRows(data);
    const spec = headSpecOf(agent, {
      tokens: true,
      stateSize: d,
      actionSize: d,
      rowScale: await rowScaleOf(rows, d),
    });
    const learner = new CaseLearner(new LearnerCore(backend, { agent, replay, policy, spec, rows, seed: 0 }));
    await learner.#learn(Array.from({ length: SHARED.episodes }, (_, i) => randomEpisode(i, d, random)));
    return learner;
  }

  /** Makes updates for about so long. */
  async run(seconds: number): Promise<Timing> {
    const [started, used] = [performance.now(), process.cpuUsage()];
    const elapsed = () => (performance.now() - started) / 1000;
    let updates = 0;
    while (elapsed() < seconds) {
      await this.#learn([]);
      updates += SHARED.updatesPerStep;
    }
    const { user, system } = process.cpuUsage(used);
    return { updates, wall: elapsed(), cpu: (user + system) / 1e6 };
  }

  /** Makes at least so many updates. @returns how many it made */
  async update(count: number): Promise<number> {
    let updates = 0;
    for (; updates < count; updates += SHARED.updatesPerStep) await this.#learn([]);
    return updates;
  }

  dispose(): void {
    this.#core.dispose();
  }

  async #learn(batch: readonly Trajectory[]): Promise<void> {
    await this.#core.learn(batch, this.#step++);
  }
}

function randomEpisode(index: number, d: number, random: RandomStream): Trajectory {
  const { length, k, vocab } = SHARED;
  return {
    length,
    start: 0,
    states: Float32Array.from({ length: length * d }, () => random.normal()),
    candidates: Int32Array.from({ length: length * k }, () => random.int(vocab)),
    taken: new Int32Array(length),
    reference: new Float32Array(length * k).fill(-Math.log(k)),
    behaviour: new Float32Array(length * k).fill(1 / k),
    rewards: Float32Array.from({ length }, (_, t) => (t === length - 1 ? random.normal() : 0)),
    kl: new Float32Array(length),
    terminated: true,
    group: Math.floor(index / 8),
    iteration: 0,
    horizon: length,
  };
}
