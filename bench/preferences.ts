/**
 * Accuracy of reward models on held-out preference pairs: `npx tsx bench/preferences.ts [--seeds 0,1,2] [--lm
 * data/models/stories] [--pairs data/preferences/train.jsonl] [--heldout data/preferences/heldout.jsonl] [--python python3]`.
 * Linear heads stand beside scikit-learn's LogisticRegression on the same features, and the bag of words too
 * (bench/preferences_sklearn.py; `pip install scikit-learn`); without it, those columns are empty. Exits with 1 where a
 * linear head is more than 0.02 below, or the best head not above the bag of words.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPreferences, type PreferencePair } from '../src/data/index.js';
import { type RewardReport, type TrainRewardOptions, trainReward } from '../src/train/index.js';
import { dateAndMachine, mean, spread, table } from './lib.js';
import { exportFeatures, type Regression, regress } from './preferencesFeatures.js';

type Settings = Omit<TrainRewardOptions, 'pairs' | 'evalPairs' | 'lm' | 'out'>;

/** A kind of reward model. */
interface Case {
  name: string;
  settings: Settings;
}

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    lm: { type: 'string', default: 'data/models/stories' },
    pairs: { type: 'string', default: 'data/preferences/train.jsonl' },
    heldout: { type: 'string', default: 'data/preferences/heldout.jsonl' },
    python: { type: 'string', default: 'python3' },
  },
});
const seeds = options.seeds.split(',').map(Number);
const lm = { id: options.lm, threads: 1 };
/** Largest distance to scikit-learn. */
const TOLERANCE = 0.02;

const poolings = ['mean', 'last', 'both'] as const;
const linear = [[-1], [0, 1, 2]].flatMap((layers) =>
  poolings.map(
    (pooling): Case => ({
      name: `linear, ${pooling} of layer ${layers.join(', ')}`,
      settings: { layers, pooling },
    }),
  ),
);
const net: Settings = { layers: [0, 1, 2], hidden: [256, 64] };
const nets: Case[] = [
  { name: 'net, mean of layers 0, 1, 2', settings: net },
  { name: 'the same, margin: column', settings: { ...net, margin: 'column' } },
  { name: 'the same, labels: soft', settings: { ...net, labels: 'soft' } },
];

async function train(
  pairs: readonly PreferencePair[],
  evalPairs: readonly PreferencePair[],
  settings: Settings,
): Promise<RewardReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenq-preferences-'));
  try {
    return (await trainReward({ ...settings, pairs, evalPairs, lm, out: join(folder, 'model') })).report;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowOf(name: string, reports: readonly RewardReport[], sklearn?: Regression): string[] {
  const accuracies = reports.map(({ accuracy }) => accuracy);
  return [
    name,
    spread(accuracies),
    ...[0, 1, 2].map((band) => byBand(reports, band)),
    mean(reports.map(({ training }) => training.accuracy)).toFixed(3),
    mean(reports.map(({ calibration }) => calibration.error)).toFixed(3),
    sklearn?.accuracy.toFixed(3) ?? '',
    sklearn ? (mean(accuracies) - sklearn.accuracy).toFixed(3) : '',
    spread(reports.map(({ baselines }) => baselines.bagOfWords.accuracy)),
  ];
}

/** The accuracy in a band of margins, and the bag of words'. */
function byBand(reports: readonly RewardReport[], band: number): string {
  const bands = reports.map(({ byMargin }) => byMargin.bands[band]);
  const words = mean(bands.map(({ bagOfWords }) => bagOfWords.accuracy));
  return `${mean(bands.map(({ accuracy }) => accuracy)).toFixed(3)} / ${words.toFixed(3)}`;
}

const { pairs } = await loadPreferences(options.pairs);
const { pairs: evalPairs } = await loadPreferences(options.heldout);
const rows: string[][] = [];
let best: readonly RewardReport[] = [];
for (const { name, settings } of [...linear, ...nets]) {
  const reports: RewardReport[] = [];
  for (const seed of seeds) reports.push(await train(pairs, evalPairs, { ...settings, seed }));
  const isLinear = settings.hidden === undefined;
  const features = isLinear ? await exportFeatures({ lm, pairs, evalPairs, settings }) : undefined;
  const sklearn = features && regress(options.python, features);
  const row = rowOf(name, reports, sklearn);
  console.error(row.join('  '));
  rows.push(row);
  best = reports;
  if (sklearn && mean(reports.map(({ accuracy }) => accuracy)) < sklearn.accuracy - TOLERANCE)
    process.exitCode = 1;
}
const words = await exportFeatures({ lm, pairs, evalPairs, settings: {}, words: true });
const bag = regress(options.python, words);
if (best.some(({ accuracy, baselines }) => accuracy <= baselines.bagOfWords.accuracy)) process.exitCode = 1;
const [{ baselines, sizes }] = best;
console.log(
  `${pairs.length} pairs, ${evalPairs.length} held out; mean (lowest to highest) of seeds ${seeds.join(', ')}; ${dateAndMachine()}\n`,
);
console.log(
  table(
    [
      '',
      'accuracy',
      'near / bag of words',
      'middle / bag of words',
      'far / bag of words',
      'training',
      'ECE',
      'scikit-learn',
      'difference',
      'bag of words',
    ],
    rows,
  ),
);
console.log(`\nthe longer text wins: ${baselines.longest.accuracy.toFixed(3)}`);
if (bag) console.log(`scikit-learn on the counts of words: ${bag.accuracy.toFixed(3)}`);
console.log(
  `the last one by training pairs: ${sizes.map((s) => `${s.trainingPairs}: ${s.accuracy.toFixed(3)}`).join(', ')}`,
);
