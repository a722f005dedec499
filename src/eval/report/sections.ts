import type { StepMetrics } from '../types.js';
import { drawCurve } from './curveChart.js';
import { type Curve, MOST_POINTS } from './curves.js';
import { formatShort } from './format.js';
import { Html, html } from './html.js';

/** A fact about a run: its name, and what it is. */
export type Fact = readonly [name: string, value: string];

/** What a reader should know before trusting the figures. */
export function warningList(warnings: readonly string[]): Html {
  if (warnings.length === 0) return html``;
  return html`
<section class="warnings" aria-labelledby="warnings">
<h2 id="warnings">${warnings.length === 1 ? 'Warning' : 'Warnings'}</h2>
<ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul>
</section>`;
}

/** Curves of the training, the less important ones folded. */
export function learningCurves(
  steps: readonly StepMetrics[],
  main: readonly Curve[],
  more: readonly Curve[],
): Html {
  if (main.length === 0) return html``;
  return html`
<section aria-labelledby="learning">
<h2 id="learning">Learning curves</h2>
<p class="hint">${byStep(steps)}</p>
<div class="grid">${main.map(curveFigure)}</div>
${more.length > 0 && html`<details><summary>More curves</summary><div class="grid">${more.map(curveFigure)}</div></details>`}
</section>`;
}

/** What a reader of curves should know. */
export function byStep(steps: readonly StepMetrics[]): string {
  return `Values by training step.${steps.length > MOST_POINTS ? ' Neighbouring steps are averaged.' : ''}`;
}

/** What was run: facts, and the configuration folded. */
export function configuration(facts: readonly Fact[], config: string | undefined): Html {
  return html`
<section aria-labelledby="configuration">
<h2 id="configuration">Configuration</h2>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${config !== undefined && html`<details><summary>The whole configuration</summary><pre>${config}</pre></details>`}
</section>`;
}

/** A picture with its title. @param key what its colours and marks mean; may be empty */
export function figure(title: string, note: string, key: Html, svg: string): Html {
  return html`
<figure><figcaption><strong>${title}</strong> <span class="note">${note}</span>${key}</figcaption>${new Html(svg)}</figure>`;
}

/** A curve with its title and the key to its lines. */
export function curveFigure(curve: Curve): Html {
  const lines = curve.lines.map(({ name, role }) => html`<li class="key ${role}">${name}</li>`);
  const references = curve.references.map(
    ({ name, role, value }) => html`<li class="key dashed ${role}">${name} ${formatShort(value)}</li>`,
  );
  const keys = [...lines, ...references];
  const list = keys.length > 1 ? html`<ul class="keys">${keys}</ul>` : html``;
  return figure(curve.title, curve.note, list, drawCurve(curve));
}
