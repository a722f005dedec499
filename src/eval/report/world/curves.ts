import { type Curve, curve } from '../curves.js';
import { gradientCurve, learnerCurves, lengthCurve, present, speedCurve } from '../learnerCurves.js';
import type { WorldReportData } from './data.js';

/** The curves that a report opens with; those without a value are left out. */
export function mainCurves({ steps, evaluation }: WorldReportData): Curve[] {
  const random = { name: 'random actions', role: 'base', value: evaluation.random.return.mean } as const;
  return present([
    curve(
      steps,
      { id: 'curve-return', title: 'Return', note: 'mean of an episode', references: [random] },
      ({ reward }) => reward,
      ({ evalReward }) => evalReward,
    ),
    lengthCurve(steps, 'steps of an episode while training'),
    ...learnerCurves(steps),
  ]);
}

/** Curves for a closer look. */
export function moreCurves({ steps }: WorldReportData): Curve[] {
  return present([gradientCurve(steps), speedCurve(steps, 'steps per second')]);
}
