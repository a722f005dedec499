import type { NextValues } from './bootstrap.js';

/** `Q-(s', argmax_a A(s', a))`, the first of tied actions (van Hasselt et al. 2016). */
export function doubleBootstrap({ target, online }: NextValues): number {
  let best = 0;
  for (let a = 1; a < online.length; a++) {
    if (online[a] > online[best]) best = a;
  }
  return target[best];
}
