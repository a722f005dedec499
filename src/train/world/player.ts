import { z } from 'zod';
import { InputError, type RandomStream, randomStream } from '../../common/index.js';
import { validate } from '../../config/index.js';
import { type Actor, draw, type VectorEnvironment, worldBatch, worldSeed } from '../../env/index.js';
import type { Trajectory } from '../../replay/index.js';
import { PieceRecorder } from './pieceRecorder.js';

const stateSchema = z.strictObject({
  /** Episodes begun. */
  episodes: z.number().int(),
  copies: z.array(
    z.strictObject({
      /** Number of the episode that the copy plays. */
      episode: z.number().int(),
      /** The actions so far: with the episode's seed they lead to where it is. */
      actions: z.array(z.number().int()),
    }),
  ),
});

/** Where the copies of an environment stand, in their episodes. */
export type PlayerState = z.output<typeof stateSchema>;

/** An episode that ended. */
export interface EndedEpisode {
  /** Sum of its rewards. */
  return: number;
  length: number;
}

/** What playing some steps gave. */
export interface Played {
  trajectories: Trajectory[];
  ended: EndedEpisode[];
  /** Mean per action, in nats. */
  kl: number;
}

/** A copy's place in its episode. */
interface Copy {
  episode: number;
  actions: number[];
  return: number;
}

/**
 * Plays an environment's copies on and on for training, some steps at a time. What a copy does in a step is stored as a
 * piece of its episode: cut off where the episode goes on in the next.
 */
export class WorldPlayer {
  #copies: Copy[] = [];
  #episodes = 0;
  #observations: Float32Array = new Float32Array();

  constructor(
    private readonly env: VectorEnvironment,
    private readonly seed: number,
  ) {}

  /** Plays some steps of every copy. The random numbers depend on the seed and the iteration alone. */
  async play(actor: Actor, steps: number, iteration: number): Promise<Played> {
    if (this.#copies.length === 0) await this.#begin(this.#all());
    const randoms = this.#all().map((copy) => randomStream(this.seed, 'world', iteration, copy));
    const played: Played = { trajectories: [], ended: [], kl: 0 };
    let recorders = this.#all().map((copy) => this.#record(copy));
    const finish = (copy: number, next?: Float32Array) => {
      const trajectory = recorders[copy].finish({ iteration, group: played.trajectories.length, next });
      if (trajectory) played.trajectories.push(trajectory);
    };
    for (let t = 0; t < steps; t++) {
      const ends = await this.#step(actor, randoms, recorders);
      const ended = ends.flatMap((end, copy) => (end === 'goes on' ? [] : [copy]));
      for (const copy of ended) {
        finish(copy, ends[copy] === 'truncated' ? this.#observationOf(copy) : undefined);
        const { return: sum, actions } = this.#copies[copy];
        played.ended.push({ return: sum, length: actions.length });
      }
      if (ended.length === 0) continue;
      await this.#begin(ended);
      recorders = recorders.map((recorder, copy) => (ended.includes(copy) ? this.#record(copy) : recorder));
    }
    for (const copy of this.#all()) finish(copy, this.#observationOf(copy));
    const actions = steps * this.env.copies;
    played.kl = played.trajectories.reduce((sum, { kl }) => sum + kl.reduce((a, b) => a + b, 0), 0) / actions;
    return played;
  }

  get state(): PlayerState {
    return {
      episodes: this.#episodes,
      copies: this.#copies.map(({ episode, actions }) => ({ episode, actions: [...actions] })),
    };
  }

  /**
   * Brings the copies back to where they stood, by playing their episodes again.
   * @throws InputError when the state is damaged or of other copies, or an episode does not repeat itself.
   */
  async restore(saved: unknown): Promise<void> {
    const { episodes, copies } = validate(stateSchema, saved, "the checkpoint's environment");
    if (copies.length !== this.env.copies && copies.length > 0) {
      throw new InputError(
        `the checkpoint is of ${copies.length} copies of the environment, not ${this.env.copies}`,
      );
    }
    this.#copies = copies.map(({ episode }) => ({ episode, actions: [], return: 0 }));
    this.#episodes = episodes;
    for (const [copy, { episode, actions }] of copies.entries()) {
      this.#observations = await this.env.reset([worldSeed(this.seed, 'train', episode)], [copy]);
      for (const [step, action] of actions.entries()) {
        if (await this.#replay(copy, action)) continue;
        throw new InputError(
          `the environment ended an episode after ${step + 1} steps that had gone on for more than ${actions.length}: ` +
            'after reset(seed), the same actions must lead to the same steps',
        );
      }
    }
  }

  /** Steps one copy alone. @returns whether its episode goes on */
  async #replay(copy: number, action: number): Promise<boolean> {
    const { observations, rewards, terminated, truncated } = await this.env.step([action], [copy]);
    this.#observations = observations;
    this.#copies[copy].actions.push(action);
    this.#copies[copy].return += rewards[0];
    return !terminated[0] && !truncated[0];
  }

  /** One step of all copies. */
  async #step(
    actor: Actor,
    randoms: readonly RandomStream[],
    recorders: readonly PieceRecorder[],
  ): Promise<('goes on' | 'terminated' | 'truncated')[]> {
    const batch = worldBatch(this.#observations, this.env);
    const probabilities = await actor.probabilities(batch);
    const { k } = batch;
    const actions = randoms.map((random, copy) => draw(probabilities, copy * k, k, random));
    const before = this.#all().map((copy) => this.#observationOf(copy));
    const { observations, rewards, terminated, truncated } = await this.env.step(actions);
    this.#observations = observations;
    return actions.map((action, copy) => {
      recorders[copy].record(
        before[copy],
        action,
        probabilities.subarray(copy * k, (copy + 1) * k),
        rewards[copy],
      );
      this.#copies[copy].actions.push(action);
      this.#copies[copy].return += rewards[copy];
      if (terminated[copy]) return 'terminated';
      return truncated[copy] ? 'truncated' : 'goes on';
    });
  }

  /** Begins new episodes. */
  async #begin(copies: readonly number[]): Promise<void> {
    const seeds = copies.map((copy) => {
      const episode = this.#episodes++;
      this.#copies[copy] = { episode, actions: [], return: 0 };
      return worldSeed(this.seed, 'train', episode);
    });
    this.#observations = await this.env.reset(seeds, copies);
  }

  #record(copy: number): PieceRecorder {
    return new PieceRecorder(this.env.actions.length, this.#copies[copy].actions.length);
  }

  #all(): number[] {
    return Array.from({ length: this.env.copies }, (_, copy) => copy);
  }

  #observationOf(copy: number): Float32Array {
    const size = this.env.observationSize;
    return this.#observations.slice(copy * size, (copy + 1) * size);
  }
}
