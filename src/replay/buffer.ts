import { InputError, type RandomStream } from '../common/index.js';
import { formatBytes, type ReplayConfig } from '../config/index.js';
import { bytesOf } from './memory.js';
import { Priorities, type PriorityState } from './priorities.js';
import { halved, precisionOf } from './states.js';
import { checkTrajectory, shapeOf } from './trajectory.js';
import type { Trajectory } from './types.js';

/** One transition: step `step` of `trajectory`. */
export interface Transition {
  trajectory: Trajectory;
  step: number;
}

/** Everything that a replay holds. */
export interface ReplayState {
  /** Oldest first. */
  episodes: readonly Trajectory[];
  /** Those of a prioritised replay. */
  priorities?: PriorityState;
}

/**
 * A ring buffer of whole episodes. Its capacity counts transitions, and bytes where `replay.memory` is set; when a new
 * episode does not fit, whole episodes leave, oldest first. Transitions are numbered from the oldest, `0` to `size - 1`.
 */
export class ReplayBuffer {
  /** The priorities of its transitions, where it is prioritised; kept in step with the episodes. */
  readonly priorities: Priorities | undefined;
  readonly #config: ReplayConfig;
  readonly #episodes: Trajectory[] = [];
  /** Number of the first transition of each episode, counted from the first ever stored. */
  readonly #starts: number[] = [];
  #size = 0;
  #bytes = 0;

  /** An empty replay. */
  constructor(config: ReplayConfig) {
    this.#config = config;
    this.priorities = config.type === 'prioritised' ? new Priorities(config.capacity, config) : undefined;
  }

  /** Transitions stored. */
  get size(): number {
    return this.#size;
  }

  /** Bytes that they take: their arrays and priorities, without the part of JavaScript itself. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The episodes stored, oldest first. */
  get episodes(): readonly Trajectory[] {
    return this.#episodes;
  }

  /**
   * Stores episodes, in order, with their states at the precision of `replay.states`.
   * @throws InputError when one is larger than the capacity, malformed, of another `d` or `k` than the rest, or has a
   * state that is not finite.
   */
  add(batch: readonly Trajectory[]): void {
    batch.forEach(checkFinite);
    const stored = this.#config.states === 'float16' ? batch.map(halved) : batch;
    for (const episode of stored) this.#check(episode, this.#episodes[0] ?? stored[0]);
    const had = this.#episodes.length;
    for (const episode of stored) {
      this.#starts.push((this.#starts[0] ?? 0) + this.#size);
      this.#episodes.push(episode);
      this.#size += episode.length;
      this.#bytes += bytesOf(episode, this.#config);
    }
    const leave = this.#tooMany();
    this.priorities?.evict(stepsOf(this.#episodes.slice(0, Math.min(leave, had))));
    this.priorities?.append(stepsOf(this.#episodes.slice(Math.max(leave, had))));
    this.#episodes.splice(0, leave);
    this.#starts.splice(0, leave);
  }

  /** What {@link createReplay} goes on from. */
  get state(): ReplayState {
    const { priorities } = this;
    const episodes = [...this.#episodes];
    return priorities ? { episodes, priorities: priorities.state } : { episodes };
  }

  /** The transition of a number from 0 to `size - 1`. */
  at(index: number): Transition {
    const number = this.#starts[0] + index;
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= number) low = middle;
      else high = middle - 1;
    }
    return { trajectory: this.#episodes[low], step: number - this.#starts[low] };
  }

  /** Numbers of `count` transitions, drawn uniformly with replacement. */
  sample(count: number, random: RandomStream): Int32Array {
    return Int32Array.from({ length: count }, () => random.int(this.#size));
  }

  /** Takes off the size what the oldest episodes have too much, and says how many those are. */
  #tooMany(): number {
    const { capacity, memory = Number.POSITIVE_INFINITY } = this.#config;
    let leave = 0;
    for (; this.#size > capacity || this.#bytes > memory; leave++) {
      this.#size -= this.#episodes[leave].length;
      this.#bytes -= bytesOf(this.#episodes[leave], this.#config);
    }
    return leave;
  }

  #check(episode: Trajectory, first: Trajectory): void {
    checkTrajectory(episode);
    const { capacity, memory = Number.POSITIVE_INFINITY } = this.#config;
    if (episode.length > capacity) {
      throw new InputError(
        `an episode of ${episode.length} steps does not fit replay.capacity ${capacity}: raise it`,
      );
    }
    const bytes = bytesOf(episode, this.#config);
    if (bytes > memory) {
      throw new InputError(
        `an episode of ${formatBytes(bytes)} does not fit replay.memory ${formatBytes(memory)}: raise it`,
      );
    }
    const [a, b] = [shapeOf(episode), shapeOf(first)];
    if (a.d !== b.d || a.k !== b.k) {
      throw new InputError(
        `an episode with states of size ${a.d} and ${a.k} candidates among those of ${b.d} and ${b.k}`,
      );
    }
  }
}

/**
 * The replay that a configuration names, empty or as it was in some state.
 * @throws InputError when the state is that of another replay, or damaged.
 */
export function createReplay(config: ReplayConfig, state?: ReplayState): ReplayBuffer {
  const replay = new ReplayBuffer(config);
  if (!state) return replay;
  checkKind('is', state.priorities ? 'prioritised' : 'uniform', config.type, 'replay.type');
  for (const episode of state.episodes) {
    checkKind('has states in', precisionOf(episode), config.states, 'replay.states');
  }
  replay.add(state.episodes);
  if (state.priorities) replay.priorities?.restore(state.priorities);
  return replay;
}

/** Checks states before they are rounded. */
function checkFinite({ states }: Trajectory): void {
  if ('bits' in states || states.every(Number.isFinite)) return;
  throw new InputError(
    'an episode has a state that is not finite: check the model or the environment it comes from',
  );
}

function checkKind(has: string, saved: string, configured: string, key: string): void {
  if (saved === configured) return;
  throw new InputError(`a saved replay buffer ${has} ${saved}, not ${configured}: set ${key} to ${saved}`);
}

function stepsOf(episodes: readonly Trajectory[]): number {
  return episodes.reduce((sum, { length }) => sum + length, 0);
}
