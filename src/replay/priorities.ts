import { InputError, type RandomStream } from '../common/index.js';
import { SumTree } from './sumTree.js';

/** How transitions are prioritised. */
export interface PriorityOptions {
  /** Transitions are drawn in proportion to `priority^alpha`: uniformly at 0. */
  alpha: number;
  /** Added to the size of the TD error, so that every transition can be drawn. */
  epsilon: number;
}

/** Everything that is needed to go on drawing the same transitions. */
export interface PriorityState {
  /** Slot of the oldest transition. */
  first: number;
  /** Largest priority so far. */
  maximum: number;
  /** `priority^alpha` of each transition, from the oldest. */
  weights: Float64Array;
}

/** Priority of transitions before any TD error is known. */
const FIRST_PRIORITY = 1;

/**
 * Proportional priorities of the transitions of a replay, numbered from the oldest as there (Schaul et al. 2016,
 * "Prioritized Experience Replay", arXiv 1511.05952, algorithm 1). They are kept in a ring of slots, so that neither
 * the newest nor the oldest move the others.
 */
export class Priorities {
  readonly #capacity: number;
  readonly #options: PriorityOptions;
  readonly #tree: SumTree;
  #first = 0;
  #size = 0;
  #maximum = FIRST_PRIORITY;

  /** @param capacity most transitions kept */
  constructor(capacity: number, options: PriorityOptions) {
    this.#capacity = capacity;
    this.#options = options;
    this.#tree = new SumTree(capacity);
  }

  /** Forgets the oldest transitions. */
  evict(count: number): void {
    for (let i = 0; i < count; i++) this.#tree.set(this.#slot(i), 0);
    this.#first = this.#slot(count);
    this.#size -= count;
  }

  /** Takes new transitions in, each with the largest priority so far, so that it is soon drawn. */
  append(count: number): void {
    const weight = this.#maximum ** this.#options.alpha;
    for (let i = 0; i < count; i++) this.#tree.set(this.#slot(this.#size + i), weight);
    this.#size += count;
  }

  /** The probability `P(i)` of drawing a transition. */
  probability(index: number): number {
    return this.#tree.get(this.#slot(index)) / this.#tree.total;
  }

  /**
   * Numbers of `count` transitions, drawn with replacement in proportion to `priority^alpha`: one from each of `count`
   * equal parts of their sum (stratified, as in the paper's appendix B.2.1).
   */
  sample(count: number, random: RandomStream): Int32Array {
    return Int32Array.from({ length: count }, (_, i) => {
      const slot = this.#tree.find(((i + random.next()) / count) * this.#tree.total);
      return (slot - this.#first + this.#capacity) % this.#capacity;
    });
  }

  /**
   * The importance weights of the transitions drawn, `(N P(i))^-beta`, divided by the largest of them in this batch (not
   * in the whole replay), so that they only ever scale updates down.
   * @param beta how much of the bias of drawing by priority is corrected: none at 0, all at 1
   */
  importanceWeights(indices: Int32Array, beta: number): Float32Array {
    const weights = Array.from(indices, (index) => (this.#size * this.probability(index)) ** -beta);
    const largest = Math.max(...weights);
    return Float32Array.from(weights, (weight) => weight / largest);
  }

  /**
   * Gives transitions the priority `|TD error| + epsilon`.
   * @throws InputError when an error is not a finite number.
   */
  update(indices: Int32Array, errors: ArrayLike<number>): void {
    const { alpha, epsilon } = this.#options;
    if (!Array.from(errors).every(Number.isFinite)) {
      throw new InputError('a TD error is no longer a finite number: learning diverged, lower agent.lr');
    }
    indices.forEach((index, i) => {
      const priority = Math.abs(errors[i]) + epsilon;
      this.#maximum = Math.max(this.#maximum, priority);
      this.#tree.set(this.#slot(index), priority ** alpha);
    });
  }

  /** What {@link restore} goes on from. */
  get state(): PriorityState {
    const weights = Float64Array.from({ length: this.#size }, (_, i) => this.#tree.get(this.#slot(i)));
    return { first: this.#first, maximum: this.#maximum, weights };
  }

  /**
   * Replaces the priorities of all transitions by those of a state.
   * @throws InputError when it is of another number of transitions, or damaged.
   */
  restore({ first, maximum, weights }: PriorityState): void {
    if (weights.length !== this.#size || first >= this.#capacity) {
      throw new InputError('a saved replay buffer was made with another replay.capacity or replay.memory');
    }
    if (!weights.every((weight) => weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new InputError('a damaged saved replay buffer: a priority that is not a positive number');
    }
    this.evict(this.#size);
    this.#first = first;
    this.#size = weights.length;
    this.#maximum = maximum;
    weights.forEach((weight, i) => {
      this.#tree.set(this.#slot(i), weight);
    });
  }

  #slot(index: number): number {
    return (this.#first + index) % this.#capacity;
  }
}
