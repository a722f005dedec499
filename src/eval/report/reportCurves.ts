import { rewardCurve } from './curveChart.js';
import { type Curve, curve, type Reference } from './curves.js';
import type { ReportData } from './data.js';
import { gradientCurve, learnerCurves, lengthCurve, present, speedCurve } from './learnerCurves.js';

/** The curves that a report opens with; those without a value are left out. */
export function mainCurves({ steps, evaluation, klBudget }: ReportData): Curve[] {
  const base = evaluation?.base;
  const largest = evaluation?.bestOf.reduce(
    (most, best) => (best.n > most.n ? best : most),
    evaluation.bestOf[0],
  );
  const budget: Reference | undefined =
    klBudget === undefined ? undefined : { name: 'budget', role: 'limit', value: klBudget };
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
    ...learnerCurves(steps),
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
