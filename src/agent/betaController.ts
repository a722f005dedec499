/** Knobs of {@link steerBeta}. */
export interface SteeringOptions {
  /** How strongly beta answers; default 0.5. */
  gain?: number;
  /** Largest relative error that is answered; default 1. */
  clip?: number;
}

/**
 * The next beta of a policy whose KL should stay near a target: `beta exp(-gain clip(kl / target - 1))`, the
 * proportional controller of Ziegler et al. (2019, arXiv 1909.08593) turned over, since KL grows with beta where it
 * falls with their penalty. Beta is its whole state.
 * @param beta the beta that acted
 * @param kl the KL per token that it gave, in nats
 * @param target the KL wanted, in nats, above 0
 */
export function steerBeta(beta: number, kl: number, target: number, options: SteeringOptions = {}): number {
  const { gain = 0.5, clip = 1 } = options;
  const error = Math.min(clip, Math.max(-clip, kl / target - 1));
  return beta * Math.exp(-gain * error);
}
