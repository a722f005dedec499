import type { RewardModelConfig } from '../../config/index.js';
import { longerWins } from './bagOfWords.js';
import type { Completions, IndexedPair } from './completions.js';
import { logLoss } from './evaluatePairs.js';
import type { FittedReward } from './fitReward.js';
import { bandsOf, calibrationOf, rightness, shareOf } from './measures.js';
import type { RewardReport } from './types.js';

/** Held-out pairs below which the accuracy says little: the interval is then wider than 0.2. */
const FEW_PAIRS = 100;

/** What is known of a training before its report is made. */
export interface ReportFacts extends Pick<RewardReport, 'lm' | 'seed' | 'seconds'> {
  completions: Completions;
  fitted: FittedReward;
  settings: RewardModelConfig;
}

/** Measures a reward model on the held-out pairs. */
export function makeReport({ completions, fitted, ...facts }: ReportFacts): RewardReport {
  const { train, heldOut, unread } = completions;
  const differences = heldOut.map((pair) => differenceOf(pair, fitted.scores));
  const share = shareOf(differences.map(rightness));
  const longest = shareOf(heldOut.map(({ pair }) => longerWins(pair)));
  const bagOfWords = shareOf(fitted.bagOfWords.map(rightness));
  const { epochs, sizes } = fitted;
  return {
    ...share,
    loss: logLoss(differences),
    training: shareOf(train.map((pair) => rightness(differenceOf(pair, fitted.scores)))),
    unread,
    byMargin: byMargin(heldOut, differences, fitted.bagOfWords),
    calibration: calibrationOf(differences),
    baselines: { bagOfWords, longest },
    epochs,
    sizes,
    warnings: warningsOf(share.accuracy, { bagOfWords, longest }, heldOut.length, facts.settings),
    ...facts,
  };
}

function differenceOf({ chosen, rejected }: IndexedPair, scores: ReadonlyMap<number, number>): number {
  return (scores.get(chosen) ?? Number.NaN) - (scores.get(rejected) ?? Number.NaN);
}

function byMargin(
  heldOut: readonly IndexedPair[],
  differences: readonly number[],
  words: readonly number[],
): RewardReport['byMargin'] {
  const margins = heldOut.map(({ pair }) => pair.margin).filter((margin) => margin !== undefined);
  if (margins.length === heldOut.length) return { of: 'margin', bands: bandsOf(differences, margins, words) };
  return { of: 'difference', bands: bandsOf(differences, differences.map(Math.abs), words) };
}

function warningsOf(
  accuracy: number,
  { bagOfWords, longest }: RewardReport['baselines'],
  pairs: number,
  { hidden, layers }: RewardModelConfig,
): string[] {
  const warnings: string[] = [];
  if (accuracy < Math.max(bagOfWords.accuracy, longest.accuracy)) {
    const better = bagOfWords.accuracy >= longest.accuracy ? 'a bag of words' : 'the longer text';
    const remedy = [
      ...(layers.length === 1 ? ['more layers (layers: [0, 1, 2])'] : []),
      hidden.length === 0 ? 'hidden layers (hidden: [128, 32])' : 'larger hidden layers, more epochs',
      'more pairs',
    ];
    warnings.push(`${better} does better on the held-out pairs: try ${remedy.join(', ')}`);
  }
  if (pairs < FEW_PAIRS) {
    warnings.push(`only ${pairs} pairs are held out: the accuracy is a rough guess`);
  }
  return warnings;
}
