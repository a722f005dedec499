import type { StepMetrics } from '../types.js';
import { type Curve, curve } from './curves.js';

/** Curves of the learner and of its policy. */
export function learnerCurves(steps: readonly StepMetrics[]): Curve[] {
  // Q learned jointly has one loss.
  const apart = steps.some(({ loss, valueLoss }) => loss !== valueLoss);
  return [
    curve(
      steps,
      { id: 'curve-loss', title: 'Loss', note: apart ? 'of the advantage or Q' : 'of Q' },
      ({ loss }) => loss,
    ),
    curve(
      steps,
      { id: 'curve-value-loss', title: 'Value loss', note: 'of the value network' },
      ({ valueLoss }) => (apart ? valueLoss : undefined),
    ),
    curve(steps, { id: 'curve-beta', title: 'Beta', note: 'while training' }, ({ beta }) => beta),
    curve(
      steps,
      { id: 'curve-epsilon', title: 'Epsilon', note: 'share of exploring actions' },
      ({ epsilon }) => epsilon,
    ),
  ];
}

/** The mean length of the episodes. @param unit such as `steps per episode` */
export function lengthCurve(steps: readonly StepMetrics[], unit: string): Curve {
  return curve(steps, { id: 'curve-length', title: 'Length', note: unit }, ({ length }) => length);
}

/** How large the gradients were. */
export function gradientCurve(steps: readonly StepMetrics[]): Curve {
  return curve(
    steps,
    { id: 'curve-gradient', title: 'Gradient norm', note: 'before clipping' },
    ({ gradNorm }) => gradNorm,
  );
}

/** How fast the training went. @param unit such as `tokens per second` */
export function speedCurve(steps: readonly StepMetrics[], unit: string): Curve {
  return curve(
    steps,
    { id: 'curve-speed', title: 'Speed', note: unit },
    ({ tokensPerSecond, stepsPerSecond }) => tokensPerSecond ?? stepsPerSecond,
  );
}

/** The curves that have a line. */
export function present(curves: readonly Curve[]): Curve[] {
  return curves.filter(({ lines }) => lines.length > 0);
}
