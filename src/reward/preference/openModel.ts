import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, messageOf, resolveBundled } from '../../common/index.js';
import { type Lm, openLm } from '../../lm/index.js';
import type { LmChoice, RewardContext } from '../types.js';
import { differenceFrom } from './identity.js';
import { REWARD_FILE, readRewardModel, type StoredRewardModel } from './modelFile.js';

/** A reward model with the language model that it reads with. */
export interface OpenedRewardModel {
  model: StoredRewardModel;
  lm: Lm;
}

/**
 * Opens a reward model and its language model, which the caller closes.
 * @param named A directory: of the context's base directory, the current one, or the bundled files.
 * @throws InputError when either is missing or damaged, or the language model is another than it was trained on.
 */
export async function openRewardModel(named: string, context: RewardContext): Promise<OpenedRewardModel> {
  const places = [resolve(context.baseDirectory, named), resolveBundled(named)];
  const directory = places.find((place) => existsSync(join(place, REWARD_FILE))) ?? named;
  const model = readRewardModel(directory);
  const file = join(directory, REWARD_FILE);
  const lm = await openNamed(model, context, file);
  try {
    const difference = await differenceFrom(model.lm.identity, lm);
    if (difference === undefined) return { model, lm };
    throw new InputError(
      `${directory} was trained on another model than ${model.lm.id} is now: ${difference}; train it again, or put its ` +
        `own model there (lm.id in ${file})`,
    );
  } catch (error) {
    await lm.close();
    throw error;
  }
}

async function openNamed({ lm }: StoredRewardModel, context: RewardContext, file: string): Promise<Lm> {
  try {
    return await (context.openLm ?? openAlone(context))(choiceOf(lm, context.lm));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`the language model that ${file} names does not open: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The run's own model is opened as the run does, so that the two share it where its layers are the same. */
function choiceOf(
  { id, dtype, revision, layers }: StoredRewardModel['lm'],
  run: LmChoice | undefined,
): LmChoice {
  const same =
    run !== undefined &&
    run.id === id &&
    run.dtype === dtype &&
    (run.revision ?? 'main') === (revision ?? 'main');
  if (same) return { ...run, layers };
  return {
    id,
    layers,
    ...(dtype === undefined ? {} : { dtype }),
    ...(revision === undefined ? {} : { revision }),
  };
}

function openAlone({ onDownload, signal }: RewardContext): (choice: LmChoice) => Promise<Lm> {
  const watch = { ...(onDownload ? { onDownload } : {}), ...(signal ? { signal } : {}) };
  return ({ id, ...options }) => openLm(id, { ...options, ...watch });
}
