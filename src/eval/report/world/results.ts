import type { WorldResult } from '../../types.js';
import { type ComparisonRow, drawComparison } from '../comparison.js';
import { decimalsFor, formatBounds, formatDuration, formatFixed } from '../format.js';
import { type Html, html } from '../html.js';
import { pagePalette } from '../palette.js';
import { type Fact, figure } from '../sections.js';
import type { WorldReportData } from './data.js';

/** Random and trained: a chart, how to read it, and the table. */
export function results({ evaluation }: WorldReportData): Html {
  const { random, trained } = evaluation;
  const decimals = decimalsFor([random.return.mean, trained.return.mean]);
  const rows: ComparisonRow[] = [
    { name: 'Random', value: random.return, color: pagePalette.base },
    { name: 'Trained', value: trained.return, color: pagePalette.tuned },
  ];
  const chart = drawComparison('Mean return', rows, decimals);
  return html`
<section aria-labelledby="results">
<h2 id="results">Results</h2>
<div class="row">
${figure('Return', 'mean of an episode and 95% interval', html``, chart)}
${explanation()}
</div>
${table(random, trained, decimals)}
</section>`;
}

/** What was run. */
export function facts({ summary, evaluation }: WorldReportData): Fact[] {
  const { episodes, steps, seconds } = evaluation;
  const played = `${formatFixed(episodes, 0)} episodes of each policy, ${formatFixed(steps, 0)} steps`;
  return [
    ['Environment', summary.environment],
    ['Head', summary.head],
    ['Target', summary.target],
    ['Policy', summary.policy],
    ['Steps', formatFixed(summary.steps, 0)],
    ['Environment steps', formatFixed(summary.environmentSteps, 0)],
    ['Training time', formatDuration(summary.seconds)],
    ['Seed', String(summary.seed)],
    ['Evaluation', `${played} in ${formatDuration(seconds)}`],
  ];
}

function explanation(): Html {
  return html`
<div class="explanation">
<h3>How to read this</h3>
<p><strong>Random</strong> takes every action with the same probability, <strong>trained</strong> acts by the trained head,
without exploration. Both play the same episodes.</p>
<p>The <strong>return</strong> of an episode is the sum of its rewards, undiscounted.
Intervals are 95%, bootstrapped over episodes.</p>
</div>`;
}

function table(random: WorldResult, trained: WorldResult, decimals: number): Html {
  const lengths = decimalsFor([random.length, trained.length]);
  const row = (name: string, result: WorldResult) => html`
<tr><th scope="row">${name}</th>
<td>${formatFixed(result.return.mean, decimals)} <span class="bounds">${formatBounds(result.return, decimals)}</span></td>
<td>${formatFixed(result.length, lengths)}</td></tr>`;
  return html`
<div class="scroll" role="region" aria-labelledby="results-caption" tabindex="0">
<table>
<caption id="results-caption"><span>Random and trained on the evaluation episodes, with 95% intervals</span></caption>
<thead><tr><th scope="col">Policy</th><th scope="col">Return</th><th scope="col">Episode length</th></tr></thead>
<tbody>${row('Random', random)}${row('Trained', trained)}
</tbody>
</table>
</div>`;
}
