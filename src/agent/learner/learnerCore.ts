import { randomStream, type Standardisation } from '../../common/index.js';
import {
  createReplay,
  packReplay,
  type ReplayBuffer,
  type Trajectory,
  unpackReplay,
} from '../../replay/index.js';
import { type Backend, loadBackend } from '../compute/backend.js';
import { checkHead, criticNets, initHead, type NetName } from '../head/head.js';
import { type ActionRows, type Centring, centredRows } from '../head/rows.js';
import { isIdentity, measureStates, standardisationOf } from '../head/standardise.js';
import { policyAt } from '../policies/index.js';
import type {
  HeadTensors,
  LearnerOptions,
  LearnerState,
  LearnReport,
  LearnStep,
  RowSource,
} from '../types.js';
import { Adam } from './adam.js';
import { checkAgent } from './checkAgent.js';
import { learnIlql } from './learnIlql.js';
import type { Critic, Learning, LearningMeans } from './learning.js';
import { learnQ } from './learnQ.js';
import { learnTeacher } from './learnTeacher.js';
import { learnValue } from './learnValue.js';
import { Net } from './net.js';
import { TargetNetwork } from './targetNetwork.js';

/** The part of a learner that is replaced as a whole when a state is restored. */
interface Nets {
  critics: [Critic, ...Critic[]];
  input: Standardisation;
}

/** What the learner's work needs: someone else loads the rows of the trajectories that it is given. */
export type CoreOptions = Omit<LearnerOptions, 'rows'> & { rows: Pick<RowSource, 'data'> };

/** The learner's work, in whichever thread it runs. Calls must not overlap. */
export class LearnerCore {
  readonly #backend: Backend;
  readonly #options: CoreOptions;
  readonly #rows: ActionRows;
  readonly #centred = new WeakMap<Trajectory, Float32Array>();
  #replay: ReplayBuffer;
  #nets: Nets;
  #updates = 0;

  /**
   * @param backend a tfjs engine to compute on
   * @throws InputError when `initial` does not fit `spec`, or settings do not fit each other.
   */
  constructor(backend: Backend, options: CoreOptions) {
    const { spec, rows, seed } = options;
    checkAgent(options);
    this.#backend = backend;
    this.#options = options;
    this.#rows = { data: rows.data, d: spec.actionSize, scale: spec.rowScale };
    this.#replay = createReplay(options.replay);
    const head = options.initial ?? initHead(spec, randomStream(seed, 'head'));
    this.#nets = this.#build(head, head);
  }

  /** A core on the backend that `agent.backend` names. @throws InputError when that does not load. */
  static async create(options: CoreOptions): Promise<LearnerCore> {
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
    const { agent } = this.#options;
    for (const { g, v } of this.#nets.critics) for (const optimizer of [g, v]) optimizer.rate = at.rate ?? 1;
    this.#replay.add(batch);
    if (this.#replay.size === 0) throw new Error('nothing to learn from: the replay is empty');
    const unmeasured = this.#options.spec.standardise && isIdentity(this.#nets.input);
    if (batch.length > 0 && unmeasured) this.#nets.input = measureStates(batch);
    const starts = this.#replay.size >= agent.learningStarts;
    const means = starts ? await this.#update(this.#learning(iteration, at)) : undefined;
    return {
      ...means,
      updates: this.#updates,
      replaySize: this.#replay.size,
      head: await this.#head(),
      ms: performance.now() - started,
    };
  }

  async snapshot(): Promise<LearnerState> {
    const { critics } = this.#nets;
    return {
      head: await this.#head(),
      target: await readAll(critics.map(({ target }) => target)),
      optimizer: await readAll(critics.flatMap(({ g, v }) => [g, v])),
      replay: packReplay(this.#replay.state),
      updates: this.#updates,
    };
  }

  /** Goes on from a snapshot, as if never stopped. */
  restore(state: LearnerState): void {
    const replay = createReplay(this.#options.replay, unpackReplay(state.replay));
    const nets = this.#build(state.head, state.target);
    for (const { g, v } of nets.critics) for (const optimizer of [g, v]) optimizer.load(state.optimizer);
    this.dispose();
    this.#nets = nets;
    this.#replay = replay;
    this.#updates = state.updates;
  }

  /** The candidates of the replay's trajectories, each once. */
  get candidates(): Int32Array {
    const { data, d } = this.#rows;
    const seen = new Uint8Array(data.length / d);
    for (const { candidates } of this.#replay.episodes)
      for (const candidate of candidates) seen[candidate] = 1;
    return Int32Array.from(seen.keys()).filter((action) => seen[action] === 1);
  }

  /** Frees the backend's memory. */
  dispose(): void {
    for (const { g, v, target } of this.#nets.critics) {
      for (const part of [g.net, g, v.net, v, target]) part.dispose();
    }
  }

  #build(head: HeadTensors, target: HeadTensors): Nets {
    checkHead(this.#options.spec, head);
    const [first, ...others] = criticNets(this.#options.spec).map((nets) => this.#critic(nets, head, target));
    return { critics: [first, ...others], input: standardisationOf(head) };
  }

  #critic(names: { g: NetName; v: NetName }, head: HeadTensors, target: HeadTensors): Critic {
    const { tf } = this.#backend;
    const { spec, agent } = this.#options;
    const net = (name: NetName, from: HeadTensors) => new Net(tf, name, spec, from);
    const bootstrapsQ = agent.target.type !== 'value' && agent.target.type !== 'teacher';
    return {
      g: new Adam(tf, net(names.g, head), agent.lr, agent.gradClip),
      v: new Adam(tf, net(names.v, head), agent.valueLr, agent.gradClip),
      target: new TargetNetwork(tf, agent.targetNetwork, {
        v: net(names.v, target),
        ...(bootstrapsQ ? { g: net(names.g, target) } : {}),
      }),
    };
  }

  #update(learning: Learning): Promise<LearningMeans> {
    const { target } = learning.agent;
    const followTarget = () => this.#followTarget();
    switch (target.type) {
      case 'value':
        return learnValue(learning, target.tau, followTarget);
      case 'ilql':
        return learnIlql(learning, target, followTarget);
      case 'teacher':
        return learnTeacher(learning, target, followTarget);
      default:
        return learnQ(learning, target, followTarget);
    }
  }

  #followTarget(): void {
    this.#updates++;
    for (const { g, v, target } of this.#nets.critics) target.follow({ g: g.net, v: v.net }, this.#updates);
  }

  #learning(iteration: number, { progress = 0, policy: acting }: LearnStep): Learning {
    const { agent, policy, replay, seed, spec } = this.#options;
    return {
      tf: this.#backend.tf,
      agent,
      policy,
      acting: acting ?? policyAt(policy, progress),
      spec,
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
    const { critics, input } = this.#nets;
    const d = input.mean.length;
    return {
      'input.mean': { shape: [d], data: input.mean.slice() },
      'input.scale': { shape: [d], data: input.scale.slice() },
      ...(await readAll(critics.flatMap(({ g, v }) => [g.net, v.net]))),
    };
  }
}

/** The tensors of several parts together. */
async function readAll(parts: readonly { read(): Promise<HeadTensors> }[]): Promise<HeadTensors> {
  const tensors = await Promise.all(parts.map((part) => part.read()));
  return Object.assign({}, ...tensors);
}

/** The exponent of the importance weights after some share of the run: from `betaStart` linearly to 1. */
function importanceAt(replay: LearnerOptions['replay'], progress: number): number {
  return replay.type === 'prioritised' ? replay.betaStart + (1 - replay.betaStart) * progress : 0;
}
