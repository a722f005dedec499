import type { StepMetrics, TunedResult } from '../types.js';
import { type Card, change, count, lead } from './cards.js';
import { headlineResult, type ReportData } from './data.js';
import {
  decimalsFor,
  formatBounds,
  formatDuration,
  formatFixed,
  formatNumber,
  formatPercent,
  formatShort,
} from './format.js';
import { type Html, html } from './html.js';

/** The report's first lines: what came out, in one sentence and a few figures. */
export function headline(data: ReportData): Html {
  return lead(sentence(data), data.evaluation ? evaluationCards(data) : trainingCards(data));
}

/** Decimals that suit every reward of an evaluation, so that they line up. */
export function rewardDecimals({ evaluation }: ReportData): number {
  if (!evaluation) return 3;
  const { base, tuned, bestOf } = evaluation;
  return decimalsFor([base, ...tuned, ...bestOf].map(({ reward }) => reward.mean));
}

function sentence(data: ReportData): string {
  const { steps, generatedTokens, seconds } = data.summary;
  const work = `${count(steps, 'step')} and ${count(generatedTokens, 'generated token')}`;
  const effort = `${work} in ${formatDuration(seconds)}`;
  const tuned = headlineResult(data);
  if (!tuned || !data.evaluation) return `The run has done ${effort}. It has not been evaluated yet.`;
  const decimals = rewardDecimals(data);
  const from = formatFixed(data.evaluation.base.reward.mean, decimals);
  const to = formatFixed(tuned.reward.mean, decimals);
  const kl = formatShort(tuned.klPerToken);
  return (
    `After ${effort}, the mean reward on the evaluation prompts ${verb(tuned)} from ${from} to ${to}, ` +
    `at ${kl} nats of KL per token.`
  );
}

function verb({ gain }: TunedResult): string {
  if (gain.low > 0) return 'rose';
  return gain.high < 0 ? 'fell' : 'went';
}

function evaluationCards(data: ReportData): Card[] {
  const tuned = headlineResult(data);
  if (!data.evaluation || !tuned) return trainingCards(data);
  const { base } = data.evaluation;
  const decimals = rewardDecimals(data);
  return [
    {
      name: 'Reward',
      value: change(formatFixed(base.reward.mean, decimals), formatFixed(tuned.reward.mean, decimals)),
      note: `95% interval ${formatBounds(tuned.reward, decimals)}`,
    },
    {
      name: 'Gain over base',
      value: html`${signed(tuned.gain.mean, decimals)}`,
      note: `95% interval ${formatBounds(tuned.gain, decimals)}`,
    },
    {
      name: 'Win rate',
      value: html`${formatPercent(tuned.winRate)}`,
      note: 'against base samples; ties count half',
    },
    {
      name: 'KL per token',
      value: html`${formatShort(tuned.klPerToken)}`,
      note: data.klBudget === undefined ? 'nats' : `nats; the budget is ${formatShort(data.klBudget)}`,
    },
    {
      name: 'Distinct-2',
      value: html`${formatNumber(tuned.distinct2)}`,
      note: ratioNote(tuned.distinct2, base.distinct2),
    },
    {
      name: 'Perplexity',
      value: html`${formatNumber(tuned.perplexity)}`,
      note: `under the base model; its own: ${formatNumber(base.perplexity)}`,
    },
  ];
}

function trainingCards({ steps }: ReportData): Card[] {
  if (steps.length === 0) return [];
  const first = steps[0];
  const last = steps[steps.length - 1];
  const rewards = [first, last].map(({ reward }) => reward ?? Number.NaN);
  const decimals = decimalsFor(rewards);
  const [from, to] = rewards.map((reward) => formatFixed(reward, decimals));
  const single = steps.length === 1;
  const evaluated = steps.findLast(({ evalReward }) => evalReward !== undefined);
  return [
    {
      name: 'Training reward',
      value: single ? html`${to}` : change(from, to),
      note: single ? `step ${last.step}` : `steps ${first.step} and ${last.step}`,
    },
    ...(evaluated ? [evaluationCard(evaluated)] : []),
    { name: 'KL per token', value: html`${formatShort(last.kl)}`, note: 'nats, in the last step' },
    {
      name: 'Distinct-2',
      value: html`${formatNumber(last.distinct2 ?? Number.NaN)}`,
      note: 'in the last step',
    },
  ];
}

function evaluationCard({ evalReward, step }: StepMetrics): Card {
  return {
    name: 'Evaluation reward',
    value: html`${formatNumber(evalReward ?? Number.NaN)}`,
    note: `at step ${step}`,
  };
}

/** A difference with its sign. */
export function signed(value: number, decimals: number): string {
  return `${value > 0 ? '+' : ''}${formatFixed(value, decimals)}`;
}

function ratioNote(tuned: number, base: number): string {
  const own = `base: ${formatNumber(base)}`;
  return base > 0 ? `${formatPercent(tuned / base)} of the base's ${formatNumber(base)}` : own;
}
