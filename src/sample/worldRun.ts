import { denseRows, HeadRuntime } from '../agent/index.js';
import { InputError } from '../common/index.js';
import { isWorldRun, type WorldRunConfig } from '../config/index.js';
import type { VectorEnvironment } from '../env/index.js';
import type { TrainedRun } from './run.js';

/** A result in an environment other than text. */
export type TrainedWorldRun = TrainedRun & { config: WorldRunConfig };

/** The run as one in an environment other than text. @throws InputError when it is one on text. */
export function worldRunOf(run: TrainedRun): TrainedWorldRun {
  const { config, directory } = run;
  if (isWorldRun(config)) return { ...run, config };
  throw new InputError(`${directory} is a run on text: give one in another environment`);
}

/**
 * The run's head, ready to act in its environment. Release it when done.
 * @throws InputError when the environment is not the one that the head was trained in.
 */
export async function openWorldHead(
  { directory, config, tensors, spec }: TrainedWorldRun,
  env: Pick<VectorEnvironment, 'observationSize' | 'actions'>,
): Promise<HeadRuntime> {
  const { observationSize, actions } = env;
  if (spec.stateSize !== observationSize || spec.actionSize !== actions.length) {
    throw new InputError(
      `the head of ${directory} was trained on observations of ${spec.stateSize} numbers and ${spec.actionSize} actions, ` +
        `but ${config.env.type} has ${observationSize} and ${actions.length}: the environment has changed since`,
    );
  }
  return HeadRuntime.create(tensors, spec, denseRows(spec.actionSize));
}
