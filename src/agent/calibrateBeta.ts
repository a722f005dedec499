/** The mean exact KL(pi_beta, pi_ref) per token, in nats, over states that pi_beta itself visits. */
export type MeasureKl = (beta: number) => Promise<number>;

export interface CalibrationOptions {
  /** Largest KL per token allowed, in nats. */
  budget: number;
  /** The first beta measured, above 0; best one whose KL is not far from the budget. */
  start: number;
  /** Most measurements, each of which may be a rollout; default 8. */
  evaluations?: number;
  /** A KL is close enough to the budget from this share of it on; default 0.95. */
  closeEnough?: number;
  /** Largest beta tried; default 64 times `start`. */
  largest?: number;
}

/** A beta and what was measured with it. */
export interface BetaPoint {
  beta: number;
  /** KL per token, in nats. */
  kl: number;
}

/** The interval that holds the answer: its KL is within the budget at `low` and above it at `high`, once found. */
interface Bracket {
  low: BetaPoint;
  high: BetaPoint | undefined;
}

/** A step outside the bracket is at most by this factor. */
const STRIDE = 4;
/** The first step down is at least by this factor, and each one after it by the square of the one before. */
const STEP_DOWN = 0.9;

/**
 * The largest beta whose measured KL stays within a budget. The search assumes that the KL grows with beta, about as a
 * power of it, and survives noise: it returns only what it measured within the budget, or `{ beta: 0, kl: 0 }`.
 */
export async function calibrateBeta(measure: MeasureKl, options: CalibrationOptions): Promise<BetaPoint> {
  const { budget, start, evaluations = 8, closeEnough = 0.95, largest = 64 * start } = options;
  let bracket: Bracket = { low: { beta: 0, kl: 0 }, high: undefined };
  let beta = Math.min(start, largest);
  let misses = 0;
  for (let i = 0; i < evaluations; i++) {
    const point = { beta, kl: await measure(beta) };
    bracket = narrow(bracket, point, budget);
    const { low } = bracket;
    // A head that changes nothing has no largest beta; neither has one that is still within the budget at the end.
    if (point.kl === 0 || low.kl >= closeEnough * budget || low.beta === largest) break;
    const aim = budget * (1 + closeEnough) * 0.5;
    beta = Math.min(largest, low.beta === 0 ? stepDown(point, aim, misses++) : nextBeta(bracket, point, aim));
  }
  return bracket.low;
}

/** A point within the budget raises the lower end; one above it lowers the upper end. A NaN counts as above. */
function narrow({ low, high }: Bracket, point: BetaPoint, budget: number): Bracket {
  if (point.kl <= budget) return { low: point.beta > low.beta ? point : low, high };
  return { low, high: high === undefined || point.beta < high.beta ? point : high };
}

/** Where the KL should reach `aim`: between the ends if both are known, else some way above the last point. */
function nextBeta({ low, high }: Bracket, last: BetaPoint, aim: number): number {
  if (high) return within(low, high, aim);
  const guess = scaled(last, aim);
  const from = last.beta * 1.1;
  return Math.min(last.beta * STRIDE, Math.max(from, Number.isFinite(guess) ? guess : from));
}

/**
 * A beta below the last point, when all points so far were above the budget: further down each time, for the KL of a head
 * that is nearly sure of itself hardly falls with beta.
 */
function stepDown(last: BetaPoint, aim: number, misses: number): number {
  const guess = scaled(last, aim);
  const least = last.beta * STEP_DOWN ** (2 ** misses);
  const from = Math.min(least, last.beta / STRIDE);
  return Math.min(least, Math.max(from, Number.isFinite(guess) ? guess : from));
}

/** The last point's beta scaled to a KL, which grows about as the square of a small beta. */
function scaled({ beta, kl }: BetaPoint, aim: number): number {
  return kl > 0 ? beta * Math.sqrt(aim / kl) : Number.NaN;
}

/** Interpolates the power law through both ends, kept off them so that the bracket shrinks. */
function within(low: BetaPoint, high: BetaPoint, aim: number): number {
  const ratio = Math.log(high.beta / low.beta);
  const share = Math.log(aim / low.kl) / Math.log(high.kl / low.kl);
  const safe = Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return low.beta * Math.exp(safe * ratio);
}
