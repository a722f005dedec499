import { InputError, Interrupted, randomStream } from '../common/index.js';
import { type Actor, draw, type VectorEnvironment, worldBatch, worldSeed } from '../env/index.js';

export interface PlayEpisodesOptions {
  episodes: number;
  seed: number;
  /** What the seeds are for; default `eval`. */
  purpose?: string;
  /** Called with the number of steps taken. */
  onSteps?: ((count: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** An episode played. */
export interface PlayedEpisode {
  /** Sum of its rewards. */
  return: number;
  length: number;
}

/** An episode that is longer than this must be one that never ends. */
const ENDLESS = 1_000_000;

/**
 * Plays whole episodes, as many at a time as the environment has copies. An episode's seed and its random numbers depend
 * on its number alone, so two policies play the same ones.
 * @throws InputError when an episode does not end; Interrupted when the signal aborts.
 */
export async function playEpisodes(
  env: VectorEnvironment,
  actor: Actor,
  { episodes, seed, purpose = 'eval', onSteps, signal }: PlayEpisodesOptions,
): Promise<PlayedEpisode[]> {
  const played = Array.from({ length: episodes }, (): PlayedEpisode => ({ return: 0, length: 0 }));
  const randoms = played.map((_, episode) => randomStream(seed, `act-${purpose}`, episode));
  /** Which episode each copy plays, while it plays one. */
  const playing = new Map<number, number>();
  let begun = 0;
  let observations: Float32Array = new Float32Array();
  const begin = async (copies: readonly number[]) => {
    const some = copies.slice(0, episodes - begun);
    const seeds = some.map((copy) => {
      playing.set(copy, begun);
      return worldSeed(seed, purpose, begun++);
    });
    if (some.length > 0) observations = await env.reset(seeds, some);
  };
  await begin(Array.from({ length: env.copies }, (_, copy) => copy));
  while (playing.size > 0) {
    if (signal?.aborted) throw new Interrupted('stopped');
    const copies = [...playing.keys()];
    const batch = worldBatch(rowsOf(observations, copies, env.observationSize), env);
    const probabilities = await actor.probabilities(batch);
    const live = [...playing.values()];
    const actions = live.map((episode, i) => draw(probabilities, i * batch.k, batch.k, randoms[episode]));
    const step = await env.step(actions, copies);
    observations = step.observations;
    onSteps?.(copies.length);
    live.forEach((episode, i) => {
      played[episode].return += step.rewards[i];
      played[episode].length++;
      if (played[episode].length > ENDLESS) {
        throw new InputError(
          `an episode goes on after ${ENDLESS.toLocaleString('en')} steps: let the environment truncate it`,
        );
      }
    });
    const ended = copies.filter((_, i) => step.terminated[i] || step.truncated[i]);
    for (const copy of ended) playing.delete(copy);
    await begin(ended);
  }
  return played;
}

function rowsOf(observations: Float32Array, copies: readonly number[], size: number): Float32Array {
  const rows = new Float32Array(copies.length * size);
  copies.forEach((copy, i) => {
    rows.set(observations.subarray(copy * size, (copy + 1) * size), i * size);
  });
  return rows;
}
