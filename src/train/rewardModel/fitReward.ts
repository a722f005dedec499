import { loadBackend } from '../../agent/index.js';
import { type NamedTensors, randomStream, shuffle } from '../../common/index.js';
import type { RewardModelConfig } from '../../config/index.js';
import type { Pooling } from '../../reward/index.js';
import type { Watch } from '../observer.js';
import { BAG_SETTINGS, bagOfWords } from './bagOfWords.js';
import type { Completions, IndexedPair } from './completions.js';
import { differencesOf, logLoss } from './evaluatePairs.js';
import { type FitOptions, type Fitted, fitNet, updatesOf } from './fitNet.js';
import { rightness, shareOf } from './measures.js';
import type { CompletionRows, ScoreCompletions } from './rows.js';
import type { EpochMeasures, Share } from './types.js';

/** Shares of the training pairs of the learning curve, besides all of them. */
const SHARES = [1 / 8, 1 / 4, 1 / 2];
/** Fewer pairs teach nothing worth a point of the curve. */
const LEAST_PAIRS = 8;
/** The coefficient in TRL's examples. */
const CENTRING_COEFFICIENT = 0.01;

/** What was learned and measured. */
export interface FittedReward {
  /** The net's layers. */
  layers: NamedTensors;
  /** The scores of all completions, by their numbers. */
  scores: Map<number, number>;
  epochs: EpochMeasures[];
  sizes: (Share & { trainingPairs: number })[];
  /** By how much the bag of words puts the chosen completions of the held-out pairs higher. */
  bagOfWords: number[];
}

export interface FitRewardOptions {
  completions: Completions;
  /** Standardised rows of each completion. */
  rows: readonly Float32Array[];
  pooling: Pooling;
  settings: RewardModelConfig;
  seed: number;
  watch: Watch;
}

/** Fits the reward model, the same on fewer pairs, and a bag of words to compare with. */
export async function fitReward(options: FitRewardOptions): Promise<FittedReward> {
  const { completions, settings, seed, watch } = options;
  const { train, heldOut } = completions;
  const { tf } = await loadBackend();
  const subsets = subsetsOf(train, seed);
  const bagSettings = { ...settings, ...BAG_SETTINGS };
  const updates = [...subsets, train].map(({ length }) => updatesOf(length, settings));
  watch.observer.phase?.(
    'fitting',
    updates.reduce((sum, count) => sum + count, updatesOf(train.length, bagSettings)),
  );
  const common = {
    ...{ tf, seed, settings, signal: watch.signal },
    updated: () => watch.observer.played?.(1),
  };
  const net = {
    ...common,
    completions: rowsOf(options),
    hidden: settings.hidden,
    centring: settings.centring === 'loss' ? (settings.centringCoefficient ?? CENTRING_COEFFICIENT) : 0,
  };
  const epochs: EpochMeasures[] = [];
  const measured = shuffle([...train], randomStream(seed, 'reward-measured')).slice(0, heldOut.length);
  const main = await fitted(
    {
      ...net,
      pairs: train,
      afterEpoch: async (epoch, scores) => {
        epochs.push({
          epoch,
          training: await figures(measured, scores),
          heldOut: await figures(heldOut, scores),
        });
      },
    },
    async ({ read, scores }) => ({
      layers: await read(),
      scores: await scores(completions.sequences.keys()),
      accuracy: await accuracyOn(heldOut, scores),
    }),
  );
  const sizes: FittedReward['sizes'] = [];
  for (const pairs of subsets) {
    const share = await fitted({ ...net, pairs }, ({ scores }) => accuracyOn(heldOut, scores));
    sizes.push({ trainingPairs: pairs.length, ...share });
  }
  const words = { ...common, completions: bagOfWords(train, heldOut), hidden: [], centring: 0 };
  const bag = await fitted({ ...words, pairs: train, settings: bagSettings }, ({ scores }) =>
    differencesOf(heldOut, scores),
  );
  return {
    ...{ layers: main.layers, scores: main.scores, epochs, bagOfWords: bag },
    sizes: [...sizes, { trainingPairs: train.length, ...main.accuracy }],
  };
}

function rowsOf({ rows, pooling }: FitRewardOptions): CompletionRows {
  const { inputs, outputs } = pooling;
  return {
    inputs,
    outputs,
    weights: (count) => pooling.weights(count),
    rows: (completion) => rows[completion],
  };
}

/** The pairs of the learning curve, each list the beginning of the next. */
function subsetsOf(train: readonly IndexedPair[], seed: number): IndexedPair[][] {
  const order = shuffle([...train], randomStream(seed, 'reward-sizes'));
  const lengths = SHARES.map((share) => Math.round(share * order.length));
  return lengths.filter((length) => length >= LEAST_PAIRS).map((length) => order.slice(0, length));
}

/** Fits a net, makes something of it, and frees it. */
async function fitted<T>(options: FitOptions, use: (net: Fitted) => Promise<T>): Promise<T> {
  const net = await fitNet(options);
  try {
    return await use(net);
  } finally {
    net.dispose();
  }
}

async function accuracyOn(pairs: readonly IndexedPair[], scores: ScoreCompletions): Promise<Share> {
  return shareOf((await differencesOf(pairs, scores)).map(rightness));
}

async function figures(
  pairs: readonly IndexedPair[],
  scores: ScoreCompletions,
): Promise<{ accuracy: number; loss: number }> {
  const differences = await differencesOf(pairs, scores);
  return { accuracy: shareOf(differences.map(rightness)).accuracy, loss: logLoss(differences) };
}
