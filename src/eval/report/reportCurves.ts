import { rewardCurve } from './curveChart.js';
import { type Curve, curve, type Reference } from './curves.js';
import type { ReportData } from './data.js';

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
    curve(steps, { id: 'curve-loss', title: 'Loss', note: 'of the advantage or Q' }, ({ loss }) => loss),
    curve(
      steps,
      { id: 'curve-value-loss', title: 'Value loss', note: 'of the value network' },
      ({ valueLoss }) => valueLoss,
    ),
    curve(steps, { id: 'curve-beta', title: 'Beta', note: 'while training' }, ({ beta }) => beta),
    curve(
      steps,
      { id: 'curve-epsilon', title: 'Epsilon', note: 'share of exploring actions' },
      ({ epsilon }) => epsilon,
    ),
  ]);
}

/** Curves for a closer look. */
export function moreCurves({ steps }: ReportData): Curve[] {
  return present([
    curve(
      steps,
      { id: 'curve-length', title: 'Length', note: 'tokens per completion' },
      ({ length }) => length,
    ),
    curve(
      steps,
      { id: 'curve-gradient', title: 'Gradient norm', note: 'before clipping' },
      ({ gradNorm }) => gradNorm,
    ),
    curve(
      steps,
      { id: 'curve-outside', title: 'Outside the candidates', note: 'base probability left out' },
      ({ outside }) => outside,
    ),
    curve(
      steps,
      { id: 'curve-speed', title: 'Speed', note: 'tokens per second' },
      ({ tokensPerSecond }) => tokensPerSecond,
    ),
  ]);
}

function present(curves: Curve[]): Curve[] {
  return curves.filter(({ lines }) => lines.length > 0);
}
