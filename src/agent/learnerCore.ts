import { InputError, randomStream } from '../common/index.js';
import {
  createReplay,
  packReplay,
  type ReplayBuffer,
  type Trajectory,
  unpackReplay,
} from '../replay/index.js';
import { Adam } from './adam.js';
import { type Backend, loadBackend } from './backend.js';
import { checkHead, initHead } from './head.js';
import type { Learning, LearningMeans } from './learning.js';
import { learnQ } from './learnQ.js';
import { learnValue } from './learnValue.js';
import { Net } from './net.js';
import { type ActionRows, type Centring, centredRows } from './rows.js';
import { isIdentity, measureStates, type Standardisation, standardisationOf } from './standardise.js';
import { TargetNetwork } from './targetNetwork.js';
import type { HeadTensors, LearnerOptions, LearnerState, LearnReport, LearnStep } from './types.js';

/** The part of a learner that is replaced as a whole when a state is restored. */
interface Nets {
  g: Adam;
  v: Adam;
  target: TargetNetwork;
  input: Standardisation;
}

/** The learner's work, in whichever thread it runs. Calls must not overlap. */
export class LearnerCore {
  readonly #backend: Backend;
  readonly #options: LearnerOptions;
  readonly #rows: ActionRows;
  readonly #centred = new WeakMap<Trajectory, Float32Array>();
  #replay: ReplayBuffer;
  #nets: Nets;
  #updates = 0;

  /**
   * @param backend a tfjs engine to compute on
   * @throws InputError when `initial` does not fit `spec`, or the replay not the target.
   */
  constructor(backend: Backend, options: LearnerOptions) {
    const { agent, spec, rows, seed } = options;
    this.#backend = backend;
    this.#options = options;
    this.#rows = { data: rows, d: spec.stateSize, scale: spec.rowScale };
    checkReplay(options);
    this.#replay = createReplay(options.replay);
    const head = options.initial ?? initHead(spec, randomStream(seed, 'head'));
    this.#nets = this.#build(head, head, agent);
  }

  /** A core on the backend that `agent.backend` names. @throws InputError when that does not load. */
  static async create(options: LearnerOptions): Promise<LearnerCore> {
    return new LearnerCore(await loadBackend(options.agent.backend), options);
  }

  /** Name of the backend in use. */
  get backend(): string {
    return this.#backend.name;
  }

  /**
   * Stores a batch of trajectories and makes one step's updates. The first batch ever fixes the standardisation of
   * states. The random numbers depend on the seed and the iteration alone.
   */
  async learn(batch: readonly Trajectory[], iteration: number, at: LearnStep = {}): Promise<LearnReport> {
    const started = performance.now();
    const { rate = 1, progress = 0 } = at;
    for (const optimizer of [this.#nets.g, this.#nets.v]) optimizer.rate = rate;
    this.#replay.add(batch);
    if (this.#replay.size === 0) throw new Error('nothing to learn from: the replay is empty');
    if (batch.length > 0 && isIdentity(this.#nets.input)) this.#nets.input = measureStates(batch);
    const means = await this.#update(this.#learning(iteration, progress));
    return {
      ...means,
      updates: this.#updates,
      replaySize: this.#replay.size,
      head: await this.#head(),
      ms: performance.now() - started,
    };
  }

  async snapshot(): Promise<LearnerState> {
    const { g, v, target } = this.#nets;
    return {
      head: await this.#head(),
      target: await target.read(),
      optimizer: { ...(await g.read()), ...(await v.read()) },
      replay: packReplay(this.#replay.state),
      updates: this.#updates,
    };
  }

  /** Goes on from a snapshot, as if never stopped. */
  restore(state: LearnerState): void {
    const replay = createReplay(this.#options.replay, unpackReplay(state.replay));
    const nets = this.#build(state.head, state.target, this.#options.agent);
    nets.g.load(state.optimizer);
    nets.v.load(state.optimizer);
    this.dispose();
    this.#nets = nets;
    this.#replay = replay;
    this.#updates = state.updates;
  }

  /** Frees the backend's memory. */
  dispose(): void {
    const { g, v, target } = this.#nets;
    for (const part of [g.net, g, v.net, v, target]) part.dispose();
  }

  #build(head: HeadTensors, target: HeadTensors, agent: LearnerOptions['agent']): Nets {
    const { tf } = this.#backend;
    const { spec } = this.#options;
    checkHead(spec, head);
    const joint = agent.target.type !== 'value';
    return {
      g: new Adam(tf, new Net(tf, 'g', spec, head), agent.lr, agent.gradClip),
      v: new Adam(tf, new Net(tf, 'v', spec, head), agent.valueLr, agent.gradClip),
      target: new TargetNetwork(tf, agent.targetNetwork, {
        v: new Net(tf, 'v', spec, target),
        ...(joint ? { g: new Net(tf, 'g', spec, target) } : {}),
      }),
      input: standardisationOf(head),
    };
  }

  #update(learning: Learning): Promise<LearningMeans> {
    const { target } = learning.agent;
    const followTarget = () => this.#followTarget();
    return target.type === 'value'
      ? learnValue(learning, target.tau, followTarget)
      : learnQ(learning, target, followTarget);
  }

  #followTarget(): void {
    const { g, v, target } = this.#nets;
    this.#updates++;
    target.follow({ g: g.net, v: v.net }, this.#updates);
  }

  #learning(iteration: number, progress: number): Learning {
    const { agent, policy, replay, seed } = this.#options;
    return {
      tf: this.#backend.tf,
      agent,
      policy,
      rows: this.#rows,
      ...this.#nets,
      replay: this.#replay,
      importance: importanceAt(replay, progress),
      random: randomStream(seed, 'learn', iteration),
      centred: (episode, centring) => this.#centredRows(episode, centring),
    };
  }

  #centredRows(episode: Trajectory, centring: Centring): Float32Array {
    const known = this.#centred.get(episode);
    if (known) return known;
    const rows = centredRows(episode, this.#rows, centring);
    this.#centred.set(episode, rows);
    return rows;
  }

  async #head(): Promise<HeadTensors> {
    const { g, v, input } = this.#nets;
    const d = input.mean.length;
    return {
      'input.mean': { shape: [d], data: input.mean.slice() },
      'input.scale': { shape: [d], data: input.scale.slice() },
      ...(await g.net.read()),
      ...(await v.net.read()),
    };
  }
}

/** The exponent of the importance weights after some share of the run: from `betaStart` linearly to 1. */
function importanceAt(replay: LearnerOptions['replay'], progress: number): number {
  return replay.type === 'prioritised' ? replay.betaStart + (1 - replay.betaStart) * progress : 0;
}

/** @throws InputError when the replay is prioritised and the target draws no minibatches by priority. */
function checkReplay({ agent, replay }: LearnerOptions): void {
  if (agent.target.type === 'value' && replay.type === 'prioritised') {
    throw new InputError(
      'replay.type prioritised has no effect with agent.target.type value, which learns in whole passes over the ' +
        'replay: set replay.type to uniform, or agent.target.type to dqn, double or soft',
    );
  }
}
