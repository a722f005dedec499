import { InputError } from '../common/index.js';
import {
  attempt,
  isEnvironment,
  readObservation,
  readSpaces,
  readStep,
  type Spaces,
  wrong,
} from './contract.js';
import type { Environment, EnvironmentMaker } from './environment.js';

/** What one step of all copies gives. The arrays are the caller's to keep. */
export interface VectorStep {
  /** Of all copies, `[copies, d]`, flat; of a copy that has ended, the last observation of its episode. */
  observations: Float32Array;
  /** Of each copy stepped. */
  rewards: Float32Array;
  /** Of each copy stepped: no reward can follow. */
  terminated: boolean[];
  /** Of each copy stepped: cut off from outside. A copy may have terminated at the same step. */
  truncated: boolean[];
}

/**
 * Copies of an environment that are stepped together: what the training loop sees (Gymnasium's VectorEnv, without its
 * automatic reset). Whatever a copy returns is checked, so that a user's environment that breaks the contract is
 * named in one line.
 */
export class VectorEnvironment {
  readonly copies: number;
  readonly observationShape: readonly number[];
  /** Numbers in the observation of one copy: the product of `observationShape`. */
  readonly observationSize: number;
  readonly actions: readonly string[];
  /** The newest observation of each copy; `[copies, d]`. */
  private readonly latest: Float32Array;
  /** Whether each copy is within an episode. */
  private readonly playing: boolean[];

  private constructor(
    private readonly name: string,
    private readonly environments: readonly Environment[],
    spaces: Spaces,
  ) {
    this.copies = environments.length;
    this.observationShape = spaces.observationShape;
    this.observationSize = spaces.observationSize;
    this.actions = spaces.actions;
    this.latest = new Float32Array(this.copies * this.observationSize);
    this.playing = environments.map(() => false);
  }

  /**
   * @param copies At least 1.
   * @throws InputError when the maker cannot make so many, makes none or one twice, or when the copies differ in
   * their observations or actions.
   */
  static async make(maker: EnvironmentMaker, copies: number): Promise<VectorEnvironment> {
    const { name, mostCopies = Number.POSITIVE_INFINITY } = maker;
    if (!Number.isSafeInteger(copies) || copies < 1) {
      throw new InputError(
        `the number of copies of the environment '${name}' must be at least 1, not ${copies}`,
      );
    }
    if (copies > mostCopies) {
      throw new InputError(
        `the environment '${name}' has no more than ${mostCopies} cop${mostCopies === 1 ? 'y' : 'ies'}, and ` +
          `${copies} are asked for: ask for fewer (env.copies), or export a function that makes a new one at each call`,
      );
    }
    const environments: Environment[] = [];
    for (let copy = 0; copy < copies; copy++) {
      const made: unknown = await maker.make();
      if (!isEnvironment(made)) throw wrong(name, 'it has no reset and step functions');
      if (environments.includes(made)) {
        throw wrong(name, 'the same object was made twice: make a new one at each call');
      }
      environments.push(made);
    }
    return new VectorEnvironment(name, environments, commonSpaces(name, environments));
  }

  /**
   * Starts a new episode in some copies, wherever they are in the old one.
   * @param seeds One for each of `copies`.
   * @param copies Default all, in order.
   * @returns The observations of all copies, `[copies, d]`; zeros for a copy that was never reset.
   */
  async reset(
    seeds: readonly number[],
    copies: readonly number[] = this.playing.map((_, copy) => copy),
  ): Promise<Float32Array> {
    if (seeds.length !== copies.length) {
      throw new InputError(`${seeds.length} seeds are given to reset ${copies.length} copies: give each one`);
    }
    this.checkCopies('reset', copies);
    await Promise.all(
      copies.map(async (copy, i) => {
        const call = `reset(${seeds[i]})`;
        const given = await attempt(this.name, call, () => this.environments[copy].reset(seeds[i]));
        readObservation(this.name, call, given, this.row(copy));
        this.playing[copy] = true;
      }),
    );
    return this.latest.slice();
  }

  /**
   * Steps some copies.
   * @param actions One for each of `copies`.
   * @param copies Default all, in order.
   * @returns What each of `copies` gave, with the observations of all.
   * @throws InputError when a copy has ended, or never began, and was not reset.
   */
  async step(
    actions: ArrayLike<number>,
    copies: readonly number[] = this.playing.map((_, copy) => copy),
  ): Promise<VectorStep> {
    this.checkStep(actions, copies);
    const outcomes = await Promise.all(
      copies.map(async (copy, i) => {
        const call = `step(${actions[i]})`;
        const result = await attempt(this.name, call, () => this.environments[copy].step(actions[i]));
        const outcome = readStep(this.name, call, result, this.row(copy));
        this.playing[copy] = !outcome.terminated && !outcome.truncated;
        return outcome;
      }),
    );
    return {
      observations: this.latest.slice(),
      rewards: Float32Array.from(outcomes, ({ reward }) => reward),
      terminated: outcomes.map(({ terminated }) => terminated),
      truncated: outcomes.map(({ truncated }) => truncated),
    };
  }

  private checkStep(actions: ArrayLike<number>, copies: readonly number[]): void {
    if (actions.length !== copies.length) {
      throw new InputError(`${actions.length} actions are given to ${copies.length} copies: give each one`);
    }
    this.checkCopies('step', copies);
    copies.forEach((copy, i) => {
      if (!(actions[i] in this.actions)) {
        throw new InputError(
          `the environment '${this.name}' has actions 0 to ${this.actions.length - 1}, not ${actions[i]}`,
        );
      }
      if (!this.playing[copy]) {
        throw new InputError(
          `copy ${copy} of the environment '${this.name}' is not in an episode: reset it first`,
        );
      }
    });
  }

  private checkCopies(method: 'reset' | 'step', copies: readonly number[]): void {
    const misnamed = copies.find((copy, i) => !(copy in this.environments) || copies.indexOf(copy) !== i);
    if (misnamed === undefined) return;
    throw new InputError(`cannot ${method} copy ${misnamed}: name copies 0 to ${this.copies - 1}, each once`);
  }

  private row(copy: number): Float32Array {
    return this.latest.subarray(copy * this.observationSize, (copy + 1) * this.observationSize);
  }
}

/** The spaces of the first copy, which all others must share. */
function commonSpaces(name: string, environments: readonly Environment[]): Spaces {
  const [first, ...others] = environments.map((environment) => readSpaces(name, environment));
  for (const other of others) {
    for (const key of ['observationShape', 'actions'] as const) {
      const [a, b] = [JSON.stringify(first[key]), JSON.stringify(other[key])];
      if (a !== b) throw wrong(name, `its copies differ: ${key} is ${a} in one and ${b} in another`);
    }
  }
  return first;
}
