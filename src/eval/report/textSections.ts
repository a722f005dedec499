import type { Evaluation, SamplePair } from '../types.js';
import type { ReportData } from './data.js';
import { decimalsFor, formatDuration, formatFixed, formatShort } from './format.js';
import { rewardDecimals } from './headline.js';
import { type Html, html } from './html.js';
import { drawFrontier, drawRewards } from './resultCharts.js';
import { resultTable } from './resultTable.js';
import { type Fact, figure } from './sections.js';

/** Most before-and-after pairs on a page. */
const SAMPLES = 20;

/** Base, tuned and best-of-n: charts and the table. */
export function results(data: ReportData): Html {
  const { evaluation, klBudget } = data;
  if (!evaluation) return html``;
  const decimals = rewardDecimals(data);
  return html`
<section aria-labelledby="results">
<h2 id="results">Results</h2>
<div class="row">
${figure('Reward', 'mean and 95% interval', html``, drawRewards(evaluation, decimals))}
${evaluation.tuned.length > 1 && frontier(evaluation, klBudget)}
${explanation(data)}
</div>
${resultTable(data, evaluation)}
</section>`;
}

/** Completions before and after, side by side. */
export function samplePairs(data: ReportData): Html {
  const pairs = (data.samples ?? []).slice(0, SAMPLES);
  if (pairs.length === 0) return html``;
  const decimals = decimalsFor(pairs.flatMap(({ baseReward, tunedReward }) => [baseReward, tunedReward]));
  return html`
<section aria-labelledby="samples">
<h2 id="samples">Before and after</h2>
<p class="hint">One completion of the base model and one of the tuned model for each prompt, with their rewards.</p>
<ol class="samples">${pairs.map((pair) => sample(pair, decimals))}</ol>
</section>`;
}

/** What was run. */
export function facts({ summary, evaluation }: ReportData): Fact[] {
  const run: Fact[] = [
    ['Language model', summary.lm],
    ['Reward', summary.reward],
    ['Prompts', summary.prompts],
    ['Head', summary.head],
    ['Policy', summary.policy],
    ['Steps', formatFixed(summary.steps, 0)],
    ['Generated tokens', formatFixed(summary.generatedTokens, 0)],
    ['Training time', formatDuration(summary.seconds)],
    ['Seed', String(summary.seed)],
  ];
  if (!evaluation) return run;
  const tokens = formatFixed(evaluation.tokens, 0);
  return [...run, ['Evaluation', `${tokens} tokens in ${formatDuration(evaluation.seconds)}`]];
}

function frontier(evaluation: Evaluation, budget: number | undefined): Html {
  return figure('Reward against KL', 'one point for each beta', html``, drawFrontier(evaluation, budget));
}

function explanation({ evaluation, klBudget }: ReportData): Html {
  return html`
<div class="explanation">
<h3>How to read this</h3>
<p><strong>Base</strong> is the frozen language model, <strong>tuned</strong> the same model steered by the trained head.
${(evaluation?.bestOf.length ?? 0) > 0 && html`<strong>Best of n</strong> draws n base completions and keeps the one with the highest reward: it costs n times the sampling.`}</p>
<p><strong>KL</strong> tells how far the tuned model has moved from the base model, in nats for each generated token${klBudget !== undefined && `; the budget is ${formatShort(klBudget)}`}.
A high reward at a high KL is often a trick that the reward model falls for.</p>
<p><strong>Distinct-2</strong> is the share of word pairs that are different; it falls when completions repeat themselves.
<strong>Perplexity</strong> is the base model's surprise at the completions.</p>
<p>Intervals are 95%, bootstrapped over prompts; the gain is paired by prompt.</p>
</div>`;
}

function sample({ prompt, base, baseReward, tuned, tunedReward }: SamplePair, decimals: number): Html {
  return html`
<li>
<p class="prompt" dir="auto">${prompt}</p>
<div class="pair">
${completion('Base', base, baseReward, decimals)}
${completion('Tuned', tuned, tunedReward, decimals)}
</div>
</li>`;
}

/** Characters beyond which a completion scrolls; it then takes the keyboard's focus. */
const LONG = 900;

function completion(name: string, text: string, reward: number, decimals: number): Html {
  const body = text.trim() === '' ? html`<em>empty</em>` : text.trim();
  return html`
<div class="completion ${name.toLowerCase()}">
<h3>${name} <span class="reward">reward ${formatFixed(reward, decimals)}</span></h3>
<p class="text" dir="auto"${text.length > LONG && html` tabindex="0"`}>${body}</p>
</div>`;
}
