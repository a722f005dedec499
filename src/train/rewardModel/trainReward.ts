import { InputError, writeSafetensors } from '../../common/index.js';
import { type RewardModelConfig, rewardModel, validate } from '../../config/index.js';
import { type Lm, openLm } from '../../lm/index.js';
import {
  HEAD_FILE,
  identify,
  type LmChoice,
  poolingOf,
  REWARD_FILE,
  type RewardFile,
  type StoredRewardModel,
} from '../../reward/index.js';
import type { Watch } from '../observer.js';
import { indexCompletions } from './completions.js';
import { fitReward } from './fitReward.js';
import { makeReport } from './makeReport.js';
import { readRows } from './readRows.js';
import { REPORT_FILE } from './report.js';
import { renderRewardReport } from './reportPage.js';
import { splitPairs } from './splitPairs.js';
import { standardise } from './standardise.js';
import type { RewardReport, RewardTraining, TrainRewardOptions } from './types.js';
import { refuseExisting, writeDirectoryWhole } from './writeWhole.js';

/** Deviation of the scores of the training completions, which suits the default learning rate and beta of a run. */
const DEVIATION = 0.5;

/**
 * Trains a reward model on preference pairs, a net on the hidden states of a frozen language model (Bradley and Terry
 * 1952), tests it on held-out pairs, and writes it with a report. The epochs are fixed: nothing is chosen by the held-out
 * pairs. Of a linear model without dropout, `weightDecay` is scikit-learn's `1 / (C * pairs)`.
 * @throws InputError for pairs that cannot be learned from, settings that are wrong, a language model that does not open,
 * and an `out` that is there already.
 * @throws Interrupted when the signal stops it; nothing is written then.
 */
export async function trainReward(options: TrainRewardOptions): Promise<RewardTraining> {
  const {
    pairs,
    evalPairs,
    heldOut,
    lm: choice,
    out,
    seed = 0,
    openLm: open,
    observer = {},
    signal,
    ...rest
  } = options;
  const began = performance.now();
  const watch: Watch = { observer, signal };
  const settings = validate(rewardModel, rest, 'the reward model');
  refuseExisting(out);
  const split = splitPairs(pairs, { share: heldOut ?? 0.1, seed, evalPairs });
  if (split.leaks > 0) {
    observer.note?.(`${split.leaks} training pairs are left out: their prompts are evaluated on`);
  }
  const lm = await (open ?? openWatched(watch))({ ...choice, layers: settings.layers });
  try {
    const completions = indexCompletions(lm, split, settings);
    tellLengths(completions.sequences.filter(({ cut }) => cut).length, completions.unread, lm, watch);
    const pooling = poolingOf(settings, lm.info.stateSize);
    const rows = await readRows(lm, completions.sequences, pooling, watch);
    const learned = new Set(completions.train.flatMap(({ chosen, rejected }) => [chosen, rejected]));
    const input = standardise(rows, pooling.inputs, learned);
    const fitted = await fitReward({ completions, rows, pooling, settings, seed, watch });
    const report = makeReport({
      ...{ completions, fitted, settings, seed, lm: choice },
      seconds: (performance.now() - began) / 1000,
    });
    const model: StoredRewardModel = {
      ...(await describe(lm, choice, settings, report)),
      ...centred(
        [...learned].map((completion) => fitted.scores.get(completion) ?? Number.NaN),
        settings,
      ),
      tensors: { ...input, ...fitted.layers },
    };
    writeModel(out, model, report);
    return { out, report };
  } finally {
    await lm.close();
  }
}

function openWatched({ observer, signal }: Watch): (choice: LmChoice) => Promise<Lm> {
  return ({ id, ...how }) =>
    openLm(id, {
      ...how,
      onDownload: (progress) => observer.onDownload?.(progress),
      ...(signal ? { signal } : {}),
    });
}

function tellLengths(cut: number, unread: number, { info }: Lm, { observer }: Watch): void {
  if (cut > 0) {
    observer.note?.(
      `${cut} completions are longer than the model's context of ${info.contextLength} tokens with their prompts, and ` +
        'not read whole',
    );
  }
  if (unread > 0)
    observer.note?.(`${unread} pairs are left out: their prompts, or differences, have no tokens`);
}

async function describe(
  lm: Lm,
  { id, dtype, revision }: LmChoice,
  settings: RewardModelConfig,
  { training, pairs, accuracy, seed }: RewardReport,
): Promise<Omit<RewardFile, 'centre' | 'scale'>> {
  return {
    version: 1,
    lm: {
      id,
      ...(dtype === undefined ? {} : { dtype }),
      ...(revision === undefined ? {} : { revision }),
      layers: settings.layers,
      identity: await identify(lm),
    },
    pooling: settings.pooling,
    hidden: settings.hidden,
    training: { pairs: training.pairs, heldOut: pairs, accuracy, seed, settings: { ...settings } },
  };
}

/** What is taken off the scores, and multiplied by, to make a reward of them. */
function centred(
  scores: readonly number[],
  { centring }: RewardModelConfig,
): Pick<RewardFile, 'centre' | 'scale'> {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  if (!(variance > 0)) {
    throw new InputError(
      'the reward model gives every completion the same score: train longer (epochs), or with a higher learning rate (lr)',
    );
  }
  return { centre: centring === 'data' ? mean : 0, scale: DEVIATION / Math.sqrt(variance) };
}

function writeModel(out: string, { tensors, ...file }: StoredRewardModel, report: RewardReport): void {
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  writeDirectoryWhole(out, {
    [REWARD_FILE]: json(file),
    [HEAD_FILE]: writeSafetensors(tensors, { format: 'tokenq-reward' }),
    [REPORT_FILE]: json(report),
    'report.html': renderRewardReport(out, report),
  });
}
