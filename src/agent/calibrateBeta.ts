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

/**
 * The largest beta whose measured KL stays within a budget. The search assumes that the KL grows with beta, about as a
 * power of it, and survives noise: it returns only what it measured within the budget, or `{ beta: 0, kl: 0 }`.
 */
export async function calibrateBeta(measure: MeasureKl, options: CalibrationOptions): Promise<BetaPoint> {
  const { budget, start, evaluations = 8, closeEnough = 0.95, largest = 64 * start } = options;
  let bracket: Bracket = { low: { beta: 0, kl: 0 }, high: undefined };
  let beta = Math.min(start, largest);
  for (let i = 0; i < evaluations; i++) {
    const point = { beta, kl: await measure(beta) };
    bracket = narrow(bracket, point, budget);
    const { low } = bracket;
    // A head that changes nothing has no largest beta; neither has one that is still within the budget at the end.
    if (point.kl === 0 || low.kl >= closeEnough * budget || low.beta === largest) break;
    beta = Math.min(largest, nextBeta(bracket, point, budget * (1 + closeEnough) * 0.5));
  }
  return bracket.low;
}

/** A point within the budget raises the lower end; one above it lowers the upper end. A NaN counts as above. */
function narrow({ low, high }: Bracket, point: BetaPoint, budget: number): Bracket {
  if (point.kl <= budget) return { low: point.beta > low.beta ? point : low, high };
  return { low, high: high === undefined || point.beta < high.beta ? point : high };
}

/** Where the KL should reach `aim`: between the ends if both are known, else some way beyond the last point. */
function nextBeta({ low, high }: Bracket, last: BetaPoint, aim: number): number {
  if (high && low.beta > 0) return within(low, high, aim);
  // KL grows about as the square of a small beta.
  const guess = last.kl > 0 ? last.beta * Math.sqrt(aim / last.kl) : Number.NaN;
  const [from, to] = high ? [last.beta / STRIDE, last.beta * 0.9] : [last.beta * 1.1, last.beta * STRIDE];
  return Math.min(to, Math.max(from, Number.isFinite(guess) ? guess : from));
}

/** Interpolates the power law through both ends, kept off them so that the bracket shrinks. */
function within(low: BetaPoint, high: BetaPoint, aim: number): number {
  const ratio = Math.log(high.beta / low.beta);
  const share = Math.log(aim / low.kl) / Math.log(high.kl / low.kl);
  const safe = Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return low.beta * Math.exp(safe * ratio);
}
