import { basename } from 'node:path';
import { Html, html, page } from '../../eval/index.js';
import { drawSweep, MOST_ROWS } from './chart.js';
import { drawRewardCurves, rewardCurves } from './curves.js';
import { describeValues } from './plan.js';
import type { Summary } from './summary.js';
import type { SweepDirectory } from './sweepDirectory.js';
import { csvOf, markdownOf, type Table, tableOf } from './table.js';

/** What a sweep's page adds to the report's style: wide charts, marks in the keys, and a last column of text. */
const OWN_STYLE = `
figure { margin-bottom: 12px; }
figure svg { max-width: 900px; }
.key.dot::before { width: 9px; height: 9px; border: 0; border-radius: 50%; background: var(--key); vertical-align: 0; }
.key.seed::before { width: 6px; height: 6px; }
.key.diamond::before { border-radius: 0; transform: rotate(45deg) scale(0.85); }
.key.sd::before { --key: var(--text); border-top-width: 1.5px; }
.key.tuned { --key: var(--tuned); }
td:last-child, thead th:last-child { text-align: left; white-space: normal; min-width: 10em; }
`;

/** Writes `results.csv`, `table.md` and `report.html`. */
export function writeReports(directory: SweepDirectory, summary: Summary): void {
  const table = tableOf(summary);
  directory.write('results.csv', csvOf(summary));
  directory.write('table.md', markdownOf(table));
  directory.write('report.html', renderSweepReport(summary, table));
}

/** The report of a sweep as one HTML page that needs nothing else: no script, no network. */
export function renderSweepReport(summary: Summary, table: Table): string {
  const title = `Sweep ${basename(summary.out)}`;
  return page(
    { title, moreStyle: OWN_STYLE },
    html`
${lead(summary)}
${charts(summary)}
${tableSection(table)}`,
  );
}

function lead({ best, configurations, trials }: Summary): Html {
  const of = `${configurations.length} configurations, ${trials.length} trials`;
  if (!best) return html`<p class="lead">None of ${of} gave a result.</p>`;
  return html`<p class="lead">Best of ${of}: <strong>${describeValues(best.values)}</strong>. Its best trial is in ${best.run}.</p>`;
}

function charts(summary: Summary): Html {
  const { best, configurations } = summary;
  if (!best) return html``;
  const curves = rewardCurves(summary);
  return html`
<section aria-label="Charts">
<figure><figcaption><strong>Reward</strong>
<span class="note">by configuration, best first${configurations.length > MOST_ROWS && `; the first ${MOST_ROWS}`}</span>
<ul class="keys"><li class="key dot tuned">mean</li>
${configurations.some(({ state }) => state === 'stopped') && html`<li class="key dot base">mean where it was stopped early</li>`}<li class="key sd">\u00b1 one standard deviation over the seeds</li>
<li class="key dot seed training">a trial</li><li class="key dot diamond best">the best trial of the best configuration</li></ul></figcaption>${new Html(drawSweep(summary))}</figure>
${
  curves.length > 0 &&
  html`<figure><figcaption><strong>Learning curves</strong> <span class="note">evaluation reward by step, mean over the seeds</span>
<ul class="keys"><li class="key tuned">configuration ${curves[0].number}, the best</li><li class="key base">the others</li></ul></figcaption>${new Html(drawRewardCurves(curves))}</figure>`
}
</section>`;
}

function tableSection([head, ...rows]: Table): Html {
  return html`
<div class="scroll" role="region" aria-labelledby="table-caption" tabindex="0">
<table>
<caption id="table-caption"><span>Mean, standard deviation (sd) and best of the rewards over the seeds; a configuration that was stopped early has those of its last rung</span></caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([first, ...cells]) => html`
<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody>
</table>
</div>`;
}
