import { basename } from 'node:path';
import {
  configuration,
  count,
  type Fact,
  formatBounds,
  formatDuration,
  formatFixed,
  formatPercent,
  type Html,
  html,
  lead,
  page,
  warningList,
} from '../../eval/index.js';
import { figures } from './reportFigures.js';
import type { RewardReport, Share } from './types.js';

/** The report of a reward model as one HTML page that needs nothing else: no script, no network. */
export function renderRewardReport(out: string, report: RewardReport): string {
  return page(
    { title: `Reward model ${basename(out)}` },
    html`
${headline(report)}
${warningList(report.warnings)}
${figures(report)}
${tables(report)}
${configuration(facts(report), JSON.stringify(report.settings, null, 2))}`,
  );
}

function headline(report: RewardReport): Html {
  const { bagOfWords, longest } = report.baselines;
  const interval = ({ low, high }: Share) => `95% ${formatPercent(low)} to ${formatPercent(high)}`;
  const sentence =
    `The reward model agrees with ${formatPercent(report.accuracy)} of ${count(report.pairs, 'held-out pair')} that it ` +
    `was not trained on (${interval(report)}).`;
  return lead(sentence, [
    { name: 'Held-out accuracy', value: html`${formatPercent(report.accuracy)}`, note: interval(report) },
    {
      name: 'Training accuracy',
      value: html`${formatPercent(report.training.accuracy)}`,
      note: `of ${count(report.training.pairs, 'pair')}`,
    },
    { name: 'Bag of words', value: html`${formatPercent(bagOfWords.accuracy)}`, note: 'logistic regression' },
    { name: 'Longer text', value: html`${formatPercent(longest.accuracy)}`, note: 'always the longer one' },
    {
      name: 'Calibration error',
      value: html`${formatFixed(report.calibration.error, 3)}`,
      note: `log loss ${formatFixed(report.loss, 3)} nats`,
    },
  ]);
}

function tables({ byMargin, calibration, sizes }: RewardReport): Html {
  const of = byMargin.of === 'margin' ? "the data's margin" : "the difference of the model's own scores";
  const names =
    byMargin.bands.length === 3 ? ['Near', 'Middle', 'Far'] : byMargin.bands.map((_, i) => `Band ${i + 1}`);
  return html`
<section aria-labelledby="tables">
<h2 id="tables">Figures</h2>
${table(
  'margin',
  `Held-out accuracy by ${of}, with 95% intervals`,
  ['Pairs', 'Margin', 'Number', 'Accuracy', 'Bag of words'],
  byMargin.bands.map((band, i) => [
    names[i],
    html`${formatFixed(band.from, 3)} to ${formatFixed(band.to, 3)}`,
    html`${band.pairs}`,
    shareCell(band),
    shareCell(band.bagOfWords),
  ]),
)}
${table(
  'sizes',
  'Held-out accuracy after training on some of the pairs, with 95% intervals',
  ['Training pairs', 'Accuracy'],
  sizes.map((size) => [formatFixed(size.trainingPairs, 0), shareCell(size)]),
)}
${table(
  'bins',
  'How often it is right where it is so sure',
  ['Confidence', 'Accuracy', 'Pairs'],
  calibration.bins.map(({ confidence, accuracy, pairs }) => [
    formatPercent(confidence),
    html`${formatPercent(accuracy)}`,
    html`${pairs}`,
  ]),
)}
</section>`;
}

function table(
  id: string,
  caption: string,
  head: readonly string[],
  rows: readonly (readonly [string, ...Html[]])[],
): Html {
  return html`
<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table>
<caption id="${id}-caption"><span>${caption}</span></caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...cells]) => html`
<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table>
</div>`;
}

function shareCell(share: Share): Html {
  const bounds = { mean: share.accuracy, low: share.low, high: share.high };
  return html`${formatFixed(share.accuracy, 3)} <span class="bounds">${formatBounds(bounds, 3)}</span>`;
}

function facts({ lm, settings, training, pairs, unread, seed, seconds }: RewardReport): Fact[] {
  const net = settings.hidden.length === 0 ? 'linear' : `hidden layers of ${settings.hidden.join(', ')}`;
  return [
    ['Language model', lm.id],
    ['States', `layers ${settings.layers.join(', ')}; pooling ${settings.pooling}`],
    ['Net', net],
    ['Training pairs', formatFixed(training.pairs, 0)],
    ['Held-out pairs', formatFixed(pairs, 0)],
    ['Pairs left out', formatFixed(unread, 0)],
    ['Seed', String(seed)],
    ['Time', formatDuration(seconds)],
  ];
}
