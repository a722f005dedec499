import {
  type ComparisonRow,
  drawComparison,
  figure,
  type Html,
  html,
  pagePalette,
} from '../../eval/index.js';
import { type ChartLine, type ChartPoint, drawLines } from './charts.js';
import type { RewardReport, Share } from './types.js';

/** The report's charts: accuracies side by side, by epoch, by the number of pairs, and by confidence. */
export function figures(report: RewardReport): Html {
  return html`
<section aria-labelledby="accuracy">
<h2 id="accuracy">Accuracy</h2>
<p class="hint">A pair is judged rightly where the chosen completion scores higher; ties count half. The epochs are fixed
beforehand: none was chosen by the held-out pairs.</p>
<div class="grid">
${comparison(report)}
${byEpoch(report)}
${bySize(report)}
${reliability(report)}
</div>
</section>`;
}

function comparison({ accuracy, low, high, pairs, baselines, training }: RewardReport): Html {
  const row = (name: string, share: Share, color: string): ComparisonRow => ({
    ...{ name, color },
    value: { mean: share.accuracy, low: share.low, high: share.high },
  });
  const rows = [
    row('Reward model', { accuracy, low, high, pairs }, pagePalette.tuned),
    row('Bag of words', baselines.bagOfWords, pagePalette.base),
    row('Longer text', baselines.longest, pagePalette.base),
    row('On training pairs', training, pagePalette.training),
  ];
  const chart = drawComparison('Accuracy', rows, 3);
  return figure('Accuracy', 'held-out pairs, with 95% intervals', html``, chart);
}

function byEpoch({ epochs, baselines }: RewardReport): Html {
  const points = (of: 'training' | 'heldOut') =>
    epochs.map((each): ChartPoint => [each.epoch, each[of].accuracy]);
  const bag: ChartPoint[] = [
    [epochs[0].epoch, baselines.bagOfWords.accuracy],
    [epochs[epochs.length - 1].epoch, baselines.bagOfWords.accuracy],
  ];
  return lines('epochs', 'By epoch', 'of training', 'Accuracy by epoch', 'epoch', [
    { name: 'training pairs', color: pagePalette.training, points: points('training') },
    { name: 'held-out pairs', color: pagePalette.tuned, points: points('heldOut') },
    { name: 'bag of words', color: pagePalette.base, points: bag, dashed: true },
  ]);
}

function bySize({ sizes }: RewardReport): Html {
  const points = sizes.map(({ trainingPairs, accuracy }): ChartPoint => [trainingPairs, accuracy]);
  return lines(
    'sizes',
    'By training pairs',
    'how far more pairs lead',
    'Accuracy by the number of training pairs',
    'training pairs',
    [{ name: 'held-out pairs', color: pagePalette.tuned, points }],
  );
}

function reliability({ calibration: { bins } }: RewardReport): Html {
  const points = bins.map(({ confidence, accuracy }): ChartPoint => [confidence, accuracy]);
  const diagonal: ChartPoint[] = [
    [0.5, 0.5],
    [1, 1],
  ];
  return lines(
    'reliability',
    'Calibration',
    'how sure, and how often right',
    'Accuracy by confidence',
    'confidence',
    [
      { name: 'held-out pairs', color: pagePalette.tuned, points },
      { name: 'as sure as right', color: pagePalette.base, points: diagonal, dashed: true },
    ],
  );
}

/** A chart of accuracies with its key. */
function lines(
  id: string,
  title: string,
  note: string,
  label: string,
  xName: string,
  drawn: readonly ChartLine[],
): Html {
  const keys = drawn.map(
    ({ name, color, dashed }) =>
      html`<li class="key${dashed === true && ' dashed'}" style="--key: ${color}">${name}</li>`,
  );
  const key = drawn.length > 1 ? html`<ul class="keys">${keys}</ul>` : html``;
  const chart = drawLines({ id, label, xName, yName: 'accuracy', logarithmic: id === 'sizes', lines: drawn });
  return figure(title, note, key, chart);
}
