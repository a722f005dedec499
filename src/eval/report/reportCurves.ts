import { rewardCurve } from './curveChart.js';
import { type Curve, curve, type Reference } from './curves.js';
import type { ReportData } from './data.js';
import { gradientCurve, lengthCurve, present, speedCurve } from './learnerCurves.js';

/** The curves of what the policy does: its reward, and what it gives up for that. Those without a value are left out. */
export function behaviourCurves({ steps, evaluation, klBudget }: ReportData): Curve[] {
  const base = evaluation?.base;
  const largest = evaluation?.bestOf.reduce(
    (most, best) => (best.n > most.n ? best : most),
    evaluation.bestOf[0],
  );
  const budget: Reference | undefined =
    klBudget === undefined ? undefined : { name: 'budget', role: 'limit', value: klBudget };
  const own: Reference | undefined =
    base && Number.isFinite(base.perplexity)
      ? { name: 'base model', role: 'base', value: base.perplexity }
      : undefined;
  return present([
    rewardCurve(steps, base?.reward.mean, largest ? [largest] : []),
    curve(
      steps,
      { id: 'curve-kl', title: 'KL per token', note: 'nats, from the base policy', references: [budget] },
      ({ kl }) => kl,
      ({ evalKl }) => evalKl,
    ),
    curve(
      steps,
      { id: 'curve-distinct', title: 'Distinct-2', note: 'in one step\u2019s completions' },
      ({ distinct2 }) => distinct2,
    ),
    curve(
      steps,
      { id: 'curve-perplexity', title: 'Perplexity', note: 'under the base model', references: [own] },
      ({ perplexity }) => perplexity,
    ),
    curve(
      steps,
      { id: 'curve-phrase', title: 'Commonest phrase', note: 'share of completions' },
      ({ phrase }) => phrase?.share,
    ),
  ]);
}

/** Curves for a closer look. */
export function moreCurves({ steps }: ReportData): Curve[] {
  return present([
    lengthCurve(steps, 'tokens per completion'),
    gradientCurve(steps),
    curve(
      steps,
      { id: 'curve-outside', title: 'Outside the candidates', note: 'base probability left out' },
      ({ outside }) => outside,
    ),
    speedCurve(steps, 'tokens per second'),
  ]);
}
