import type { ReturnsConfig } from '../config/index.js';

/** What the return of every step of one episode is made of; arrays of its `T` steps. */
export interface ReturnInputs {
  /** Reward of each step; `[T]`. */
  rewards: ArrayLike<number>;
  /** Bootstrap value of the state after each step, 0 after the end of a terminated episode; `[T]`. */
  next: ArrayLike<number>;
  /** Cost of being in each state, charged to the steps before it; `[T]`; default none. */
  costs?: ArrayLike<number>;
  /**
   * Whether the action of each step was an exploring one; `[T]`. A return with `watkins` traces ends before a later
   * exploring action, and bootstraps there: what follows is not what the greedy policy would have done.
   */
  exploring?: ArrayLike<boolean>;
  /** Discount. */
  gamma: number;
}

/**
 * The lambda-return, `y_t = r_t + gamma [(1 - lambda) b_{t+1} + lambda (y_{t+1} - c_{t+1})]`, with
 * `y_{T-1} = r_{T-1} + gamma b_T`; before an exploring action, `lambda` is 0. One-step at `lambda` 0, the whole
 * episode at 1. Sutton and Barto, Reinforcement Learning (2018), chapter 12; cut traces: Watkins (1989).
 * @returns `[T]`
 */
export function lambdaReturns(inputs: ReturnInputs, lambda: number): Float64Array {
  const { rewards, next, costs, exploring, gamma } = inputs;
  const last = rewards.length - 1;
  const y = new Float64Array(rewards.length);
  y[last] = rewards[last] + gamma * next[last];
  for (let t = last - 1; t >= 0; t--) {
    const later = y[t + 1] - (costs?.[t + 1] ?? 0);
    const share = exploring?.[t + 1] ? 0 : lambda;
    y[t] = rewards[t] + gamma * ((1 - share) * next[t] + share * later);
  }
  return y;
}

/**
 * The n-step return, `y_t = sum_{i<n} gamma^i (r_{t+i} - c_{t+i}) + gamma^n b_{t+n}` without the cost of the
 * first state; shorter where the episode ends sooner, or before an exploring action. Sutton and Barto (2018), chapter 7.
 * @returns `[T]`
 */
export function nStepReturns(inputs: ReturnInputs, n: number): Float64Array {
  const { rewards, next, costs, exploring, gamma } = inputs;
  const T = rewards.length;
  return Float64Array.from({ length: T }, (_, t) => {
    let end = t + 1;
    while (end < Math.min(t + n, T) && !exploring?.[end]) end++;
    let y = next[end - 1];
    for (let i = end - 1; i >= t; i--) {
      y = rewards[i] + gamma * y - (i > t ? (costs?.[i] ?? 0) : 0);
    }
    return y;
  });
}

/** Whether the returns that a configuration names are cut before exploring actions. */
export function cutsTraces(config: ReturnsConfig): boolean {
  return (config.type === 'n-step' || config.type === 'lambda') && config.traces === 'watkins';
}

/** The returns that a configuration names; `[T]`. */
export function returnsOf(config: ReturnsConfig, inputs: ReturnInputs): Float64Array {
  switch (config.type) {
    case 'one-step':
      return lambdaReturns(inputs, 0);
    case 'n-step':
      return nStepReturns(inputs, config.n);
    case 'lambda':
      return lambdaReturns(inputs, config.lambda);
    case 'episode':
      return lambdaReturns(inputs, 1);
  }
}

/**
 * Which entries of {@link ReturnInputs.next} the return of step `t` reads: those from `first` to `last`. An entry
 * after the end of a terminated episode is 0 whatever the values are.
 * @param length steps of the episode, `T`
 */
export function bootstrapsOf(
  config: ReturnsConfig,
  t: number,
  length: number,
): { first: number; last: number } {
  switch (config.type) {
    case 'one-step':
      return { first: t, last: t };
    case 'n-step': {
      const at = Math.min(t + config.n, length) - 1;
      return { first: cutsTraces(config) ? t : at, last: at };
    }
    case 'lambda': {
      const readsAll = config.lambda < 1 || cutsTraces(config);
      return { first: readsAll ? t : length - 1, last: config.lambda > 0 ? length - 1 : t };
    }
    case 'episode':
      return { first: length - 1, last: length - 1 };
  }
}
