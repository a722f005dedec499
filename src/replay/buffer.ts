import { InputError, type RandomStream } from '../common/index.js';
import type { RunConfig } from '../config/index.js';
import { Priorities, type PriorityState } from './priorities.js';
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
 * A ring buffer of whole episodes. Its capacity counts transitions; when a new episode does not fit, whole
 * episodes leave, oldest first. Transitions are numbered from the oldest, `0` to `size - 1`.
 */
export class ReplayBuffer {
  readonly capacity: number;
  /** The priorities of its transitions, where it is prioritised; kept in step with the episodes. */
  readonly priorities: Priorities | undefined;
  #episodes: Trajectory[] = [];
  /** Number of the first transition of each episode. */
  #starts: number[] = [];
  #size = 0;

  /**
   * @param capacity most transitions kept
   * @param priorities empty ones of the same capacity; none for a uniform replay
   */
  constructor(capacity: number, priorities?: Priorities) {
    this.capacity = capacity;
    this.priorities = priorities;
  }

  /** Transitions stored. */
  get size(): number {
    return this.#size;
  }

  /** The episodes stored, oldest first. */
  get episodes(): readonly Trajectory[] {
    return this.#episodes;
  }

  /**
   * Stores episodes, in order.
   * @throws InputError when one is longer than the capacity, malformed, or of another `d` or `k` than the rest.
   */
  add(batch: readonly Trajectory[]): void {
    for (const episode of batch) this.#check(episode, this.#episodes[0] ?? batch[0]);
    const had = this.#episodes.length;
    const all = [...this.#episodes, ...batch];
    const first = firstKept(all, this.capacity);
    this.priorities?.evict(stepsOf(all.slice(0, Math.min(first, had))));
    this.priorities?.append(stepsOf(all.slice(Math.max(first, had))));
    this.#episodes = all.slice(first);
    this.#starts = [];
    this.#size = 0;
    for (const episode of this.#episodes) {
      this.#starts.push(this.#size);
      this.#size += episode.length;
    }
  }

  /** What {@link createReplay} goes on from. */
  get state(): ReplayState {
    const { episodes, priorities } = this;
    return priorities ? { episodes, priorities: priorities.state } : { episodes };
  }

  /** The transition of a number from 0 to `size - 1`. */
  at(index: number): Transition {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return { trajectory: this.#episodes[low], step: index - this.#starts[low] };
  }

  /** Numbers of `count` transitions, drawn uniformly with replacement. */
  sample(count: number, random: RandomStream): Int32Array {
    return Int32Array.from({ length: count }, () => random.int(this.#size));
  }

  #check(episode: Trajectory, first: Trajectory): void {
    checkTrajectory(episode);
    if (episode.length > this.capacity) {
      throw new InputError(
        `an episode of ${episode.length} steps does not fit replay.capacity ${this.capacity}: raise it`,
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
export function createReplay(config: RunConfig['replay'], state?: ReplayState): ReplayBuffer {
  const priorities = config.type === 'prioritised' ? new Priorities(config.capacity, config) : undefined;
  const replay = new ReplayBuffer(config.capacity, priorities);
  if (!state) return replay;
  const made = state.priorities ? 'prioritised' : 'uniform';
  if (made !== config.type) {
    throw new InputError(`a saved replay buffer is ${made}, not ${config.type}: set replay.type to ${made}`);
  }
  replay.add(state.episodes);
  if (state.priorities) priorities?.restore(state.priorities);
  return replay;
}

function stepsOf(episodes: readonly Trajectory[]): number {
  return episodes.reduce((sum, { length }) => sum + length, 0);
}

/** Index of the oldest episode that still fits: the newest episodes whose lengths sum to at most `capacity`. */
function firstKept(episodes: readonly Trajectory[], capacity: number): number {
  let first = episodes.length;
  for (let room = capacity; first > 0 && episodes[first - 1].length <= room; first--) {
    room -= episodes[first - 1].length;
  }
  return first;
}
