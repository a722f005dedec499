import { klDivergence } from '../../env/index.js';
import type { Trajectory } from '../../replay/index.js';

/** Collects a piece of an episode in an environment, step by step. */
export class PieceRecorder {
  /** Log-probabilities of the base policy, which is uniform; `[k]`. */
  readonly #uniform: Float32Array;
  readonly #states: Float32Array[] = [];
  readonly #taken: number[] = [];
  readonly #behaviour: number[] = [];
  readonly #rewards: number[] = [];
  readonly #kl: number[] = [];

  /**
   * @param actions how many there are, `k`
   * @param start step of the episode at which the piece begins
   */
  constructor(
    private readonly actions: number,
    private readonly start: number,
  ) {
    this.#uniform = new Float32Array(actions).fill(-Math.log(actions));
  }

  /** @param probabilities of the policy that acted; `[k]` */
  record(state: Float32Array, taken: number, probabilities: Float32Array, reward: number): void {
    this.#states.push(state);
    this.#taken.push(taken);
    this.#behaviour.push(...probabilities);
    this.#rewards.push(reward);
    this.#kl.push(klDivergence(probabilities, this.#uniform, 0, this.actions));
  }

  /**
   * The piece; undefined when it has no step.
   * @param next the observation to bootstrap from, unless the episode terminated
   */
  finish({ iteration, group, next }: PieceEnd): Trajectory | undefined {
    const length = this.#taken.length;
    if (length === 0) return undefined;
    const k = this.actions;
    const rows = [...this.#states, ...(next ? [next] : [])];
    const states = new Float32Array(rows.length * rows[0].length);
    rows.forEach((row, i) => {
      states.set(row, i * row.length);
    });
    return {
      length,
      start: this.start,
      states,
      candidates: Int32Array.from({ length: rows.length * k }, (_, i) => i % k),
      taken: Int32Array.from(this.#taken),
      reference: new Float32Array(rows.length * k).fill(-Math.log(k)),
      behaviour: Float32Array.from(this.#behaviour),
      rewards: Float32Array.from(this.#rewards),
      kl: Float32Array.from(this.#kl),
      terminated: next === undefined,
      group,
      iteration,
      // No head for an environment is told how far its episode is.
      horizon: this.start + length,
    };
  }
}

/** What a piece is told at its end. */
export interface PieceEnd {
  iteration: number;
  /** Pieces are of no group: each has a number of its own. */
  group: number;
  next: Float32Array | undefined;
}
