import type { Evaluation, Interval, TunedResult } from '../types.js';
import { headlineResult, type ReportData } from './data.js';
import { decimalsFor, formatBounds, formatFixed, formatPercent } from './format.js';
import { rewardDecimals, signed } from './headline.js';
import { type Html, html } from './html.js';
import { tunedName } from './resultCharts.js';

const COLUMNS = [
  'Policy',
  'Reward',
  'Gain over base',
  'Win rate',
  'KL per token',
  'Distinct-2',
  'Perplexity',
];
const NONE = html`<td class="none">\u2013</td>`;

/** Decimals by column, so that numbers below each other line up. */
interface Decimals {
  reward: number;
  kl: number;
  distinct2: number;
  perplexity: number;
}

/** Base, tuned and best-of-n as a table, the headline's row marked where there are several betas. */
export function resultTable(data: ReportData, evaluation: Evaluation): Html {
  const { base, tuned, bestOf } = evaluation;
  const chosen = tuned.length > 1 ? headlineResult(data) : undefined;
  const decimals: Decimals = {
    reward: rewardDecimals(data),
    kl: decimalsFor(tuned.map(({ klPerToken }) => klPerToken)),
    distinct2: 3,
    perplexity: decimalsFor([base, ...tuned].map(({ perplexity }) => perplexity)),
  };
  return html`
<div class="scroll" role="region" aria-labelledby="results-caption" tabindex="0">
<table>
<caption id="results-caption"><span>Base, tuned and best of n on the evaluation prompts, with 95% intervals</span></caption>
<thead><tr>${COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
<tr><th scope="row">Base</th>${interval(base.reward, decimals.reward)}${NONE}${NONE}${number(0, 0)}
${number(base.distinct2, decimals.distinct2)}${number(base.perplexity, decimals.perplexity)}</tr>
${tuned.map((result) => tunedRow(result, tunedName(result, evaluation), result === chosen, decimals))}
${bestOf.map(
  ({ n, reward }) => html`
<tr><th scope="row">Best of ${n}</th>${interval(reward, decimals.reward)}${NONE}${NONE}${NONE}${NONE}${NONE}</tr>`,
)}
</tbody>
</table>
</div>`;
}

function tunedRow(result: TunedResult, name: string, chosen: boolean, decimals: Decimals): Html {
  const { reward, gain, winRate, klPerToken, distinct2, perplexity } = result;
  return html`
<tr${chosen && html` class="chosen"`}><th scope="row">${name}</th>${interval(reward, decimals.reward)}
<td>${signed(gain.mean, decimals.reward)} <span class="bounds">${formatBounds(gain, decimals.reward)}</span></td>
<td>${formatPercent(winRate)}</td>${number(klPerToken, decimals.kl)}
${number(distinct2, decimals.distinct2)}${number(perplexity, decimals.perplexity)}</tr>`;
}

function interval(value: Interval, decimals: number): Html {
  return html`<td>${formatFixed(value.mean, decimals)} <span class="bounds">${formatBounds(value, decimals)}</span></td>`;
}

function number(value: number, decimals: number): Html {
  return html`<td>${formatFixed(value, decimals)}</td>`;
}
