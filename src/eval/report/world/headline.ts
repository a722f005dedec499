import type { WorldEvaluation } from '../../types.js';
import { type Card, change, count, lead } from '../cards.js';
import { formatBounds, formatDuration, formatFixed, formatNumber } from '../format.js';
import { type Html, html } from '../html.js';
import { intervalDecimals, type WorldReportData } from './data.js';
import { NOTHING } from './gridSection.js';

/** The report's first lines: what came out, in one sentence and a few figures. */
export function headline(data: WorldReportData): Html {
  return lead(sentence(data), cards(data));
}

function sentence({ summary, evaluation }: WorldReportData): string {
  const { steps, environmentSteps, seconds } = summary;
  const { random, trained } = evaluation;
  const work = `${count(steps, 'step')} and ${count(environmentSteps, 'environment step')}`;
  return (
    `After ${work} in ${formatDuration(seconds)}, the mean return of an episode ${verb(evaluation)} ` +
    `from ${formatNumber(random.return.mean)} (random actions) to ${formatNumber(trained.return.mean)}.`
  );
}

/** Rose or fell only where the intervals lie apart. */
function verb({ random, trained }: WorldEvaluation): string {
  if (trained.return.low > random.return.high) return 'rose';
  return trained.return.high < random.return.low ? 'fell' : 'went';
}

function cards({ summary, evaluation, grid }: WorldReportData): Card[] {
  const { random, trained, episodes } = evaluation;
  const { environmentSteps, seconds } = summary;
  const all: Card[] = [
    {
      name: 'Return',
      value: html`${formatNumber(trained.return.mean)}`,
      note: `95% interval ${formatBounds(trained.return, intervalDecimals(trained.return))}`,
    },
    {
      name: 'Random actions',
      value: html`${formatNumber(random.return.mean)}`,
      note: `95% interval ${formatBounds(random.return, intervalDecimals(random.return))}`,
    },
    {
      name: 'Episode length',
      value: change(formatNumber(random.length), formatNumber(trained.length)),
      note: `steps, mean of ${count(episodes, 'episode')}`,
    },
    {
      name: 'Environment steps',
      value: html`${formatFixed(environmentSteps, 0)}`,
      note: seconds > 0 ? `${formatFixed(environmentSteps / seconds, 0)} a second` : 'for training',
    },
  ];
  if (!grid) return all;
  const { difference } = grid.largestDifference;
  const value = difference < NOTHING ? `< ${NOTHING}` : formatNumber(difference);
  return [...all, { name: 'Largest error of Q', value: html`${value}`, note: 'against value iteration' }];
}
