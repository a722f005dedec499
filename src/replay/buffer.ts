import { InputError, type RandomStream } from '../common/index.js';
import { checkTrajectory, shapeOf } from './trajectory.js';
import type { Trajectory } from './types.js';

/** One transition: step `step` of `trajectory`. */
export interface Transition {
  trajectory: Trajectory;
  step: number;
}

/**
 * A ring buffer of whole episodes. Its capacity counts transitions; when a new episode does not fit, whole
 * episodes leave, oldest first. Transitions are numbered from the oldest, `0` to `size - 1`.
 */
export class ReplayBuffer {
  readonly capacity: number;
  #episodes: Trajectory[] = [];
  /** Number of the first transition of each episode. */
  #starts: number[] = [];
  #size = 0;

  /** @param capacity most transitions kept */
  constructor(capacity: number) {
    this.capacity = capacity;
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
    const all = [...this.#episodes, ...batch];
    this.#episodes = all.slice(firstKept(all, this.capacity));
    this.#starts = [];
    this.#size = 0;
    for (const episode of this.#episodes) {
      this.#starts.push(this.#size);
      this.#size += episode.length;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#episodes = [];
    this.add([]);
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

/** Index of the oldest episode that still fits: the newest episodes whose lengths sum to at most `capacity`. */
function firstKept(episodes: readonly Trajectory[], capacity: number): number {
  let first = episodes.length;
  for (let room = capacity; first > 0 && episodes[first - 1].length <= room; first--) {
    room -= episodes[first - 1].length;
  }
  return first;
}
