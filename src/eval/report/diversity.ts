import type { Frequency } from '../phrases.js';
import type { TunedResult } from '../types.js';
import { headlineResult, type ReportData } from './data.js';
import { formatPercent } from './format.js';
import { type Html, html } from './html.js';
import { behaviourCurves } from './reportCurves.js';
import { tunedName } from './resultCharts.js';
import { byStep, curveFigure } from './sections.js';

/** Reward beside what it may have been bought with: KL, diversity, fluency, and what most completions say. */
export function diversity(data: ReportData): Html {
  const curves = behaviourCurves(data);
  const tuned = headlineResult(data);
  if (curves.length === 0 && !tuned) return html``;
  return html`
<section aria-labelledby="diversity">
<h2 id="diversity">Reward and diversity</h2>
<p class="hint">A reward that climbs while completions come to resemble each other, or read like nothing the base model
would write, is being hacked.${curves.length > 0 && ` ${byStep(data.steps)}`}</p>
${curves.length > 0 && html`<div class="grid">${curves.map(curveFigure)}</div>`}
${tuned && frequencies(data, tuned)}
</section>`;
}

/** The most frequent phrases and completions of the base and of the headline's tuned policy. */
function frequencies({ evaluation }: ReportData, tuned: TunedResult): Html {
  if (!evaluation) return html``;
  const { base } = evaluation;
  const name = tunedName(tuned, evaluation);
  const repeats = base.repeated.length + tuned.repeated.length > 0;
  return html`
<h3 class="tables">Most frequent phrases</h3>
<p class="hint">Runs of four words on the evaluation prompts, and the share of the completions that hold them.</p>
<div class="grid two">${table('Base', 'Phrase', base.phrases)}${table(name, 'Phrase', tuned.phrases)}</div>
${
  repeats &&
  html`
<h3 class="tables">Most frequent completions</h3>
<p class="hint">Whole completions that occur more than once, over all prompts.</p>
<div class="grid two">${table('Base', 'Completion', base.repeated)}${table(name, 'Completion', tuned.repeated)}</div>`
}`;
}

function table(policy: string, what: string, frequencies: readonly Frequency[]): Html {
  if (frequencies.length === 0)
    return html`<div class="scroll texts"><table><caption>${policy}: none</caption></table></div>`;
  return html`
<div class="scroll texts">
<table>
<caption>${policy}</caption>
<thead><tr><th scope="col">${what}</th><th scope="col">Share</th></tr></thead>
<tbody>${frequencies.map(
    ({ text, share }) => html`
<tr><th scope="row" dir="auto">${text === '' ? html`<em>empty</em>` : text}</th><td>${formatPercent(share)}</td></tr>`,
  )}</tbody>
</table>
</div>`;
}
