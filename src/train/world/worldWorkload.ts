import { createActor, denseRows } from '../../agent/index.js';
import { Interrupted } from '../../common/index.js';
import type { WorldConfig, WorldRunConfig } from '../../config/index.js';
import { type Actor, VectorEnvironment } from '../../env/index.js';
import { mean, type PlayedEpisode, playEpisodes } from '../../eval/index.js';
import { configuredEnvironment } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import type { Batch, Evaluated, Workload } from '../workload.js';
import { evaluateWorldRun } from './evaluateWorldRun.js';
import { WorldPlayer } from './player.js';

/** Copies of an environment unless the configuration says how many. */
const COPIES = 8;

/** Copies of an environment for training and for evaluation; the same ones where a module exports a single object. */
export interface OpenWorld {
  training: VectorEnvironment;
  evaluation: VectorEnvironment;
}

/** Makes the copies that a configuration asks for. @throws InputError when it names no environment that there is. */
export async function openWorld(config: WorldConfig): Promise<OpenWorld> {
  const maker = await configuredEnvironment(config);
  const copies = config.copies ?? Math.min(COPIES, maker.mostCopies ?? COPIES);
  const training = await VectorEnvironment.make(maker, copies);
  const evaluation = maker.mostCopies === undefined ? await VectorEnvironment.make(maker, copies) : training;
  return { training, evaluation };
}

/** Opens what a run in an environment trains on. */
export async function openWorldWorkload(
  config: WorldRunConfig,
  { observer, signal }: Watch,
): Promise<Workload> {
  const { training, evaluation } = await openWorld(config.env);
  const { seed } = config;
  const { stepsPerCopy, evalEpisodes } = config.train;
  const { observationShape, observationSize: stateSize, copies, actions } = training;
  const player = new WorldPlayer(training, seed);
  const evaluate = async (actor: Actor): Promise<Evaluated> => {
    const { state } = player;
    const episodes = await playEpisodes(evaluation, actor, { episodes: evalEpisodes, seed });
    // An environment that there is only one of was playing a training episode.
    if (evaluation === training) await player.restore(state);
    return { reward: mean(episodes.map((episode) => episode.return)) };
  };
  return {
    unit: 'steps',
    playedPerStep: copies * stepsPerCopy,
    space: { tokens: false, stateSize, actionSize: actions.length, rowScale: 1, observationShape },
    rows: denseRows(actions.length),
    candidates: actions.length,
    pieceLength: stepsPerCopy,
    warnings: [],
    baseline: () => {
      observer.phase?.('baseline', 0);
      return evaluate(createActor(undefined, { type: 'reference' }));
    },
    collect: async (step, actor): Promise<Batch> => {
      if (signal?.aborted) throw new Interrupted('stopped');
      const { trajectories, ended, kl } = await player.play(actor, stepsPerCopy, step);
      observer.played?.(copies * stepsPerCopy);
      return {
        trajectories,
        played: copies * stepsPerCopy,
        kl,
        reward: ended.length === 0 ? undefined : mean(ended.map((episode) => episode.return)),
        metrics: { episodes: ended.length, ...lengthOf(ended) },
        samples: ended.map(({ return: sum, length }) => ({ return: sum, length })),
        after: player.state,
      };
    },
    evaluate,
    restore: (after) => player.restore(after),
    finish: async (run, { runtime }) => {
      const result = await evaluateWorldRun(run.path, evaluation, runtime, { config, observer, signal });
      return { reward: result.trained.return.mean };
    },
    close: async () => {},
  };
}

function lengthOf(episodes: readonly PlayedEpisode[]): { length?: number } {
  return episodes.length === 0 ? {} : { length: mean(episodes.map(({ length }) => length)) };
}
