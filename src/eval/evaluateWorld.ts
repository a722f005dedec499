import type { Actor, VectorEnvironment } from '../env/index.js';
import { type PlayEpisodesOptions, playEpisodes } from './playEpisodes.js';
import { bootstrapMean, mean } from './statistics.js';
import type { WorldEvaluation, WorldResult } from './types.js';

/** Plays the same episodes with uniformly random actions and with a trained policy. */
export async function evaluateWorld(
  env: VectorEnvironment,
  policies: { random: Actor; trained: Actor },
  options: PlayEpisodesOptions,
): Promise<WorldEvaluation> {
  const started = performance.now();
  let steps = 0;
  const play = async (actor: Actor): Promise<WorldResult> => {
    const episodes = await playEpisodes(env, actor, options);
    const returns = episodes.map((episode) => [episode.return]);
    const lengths = episodes.map(({ length }) => length);
    steps += lengths.reduce((sum, length) => sum + length, 0);
    return { return: bootstrapMean(returns, { seed: options.seed }), length: mean(lengths) };
  };
  const random = await play(policies.random);
  const trained = await play(policies.trained);
  const seconds = (performance.now() - started) / 1000;
  return { random, trained, episodes: options.episodes, steps, seconds };
}
