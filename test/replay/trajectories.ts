import { type ReplayConfig, runConfig } from '../../src/config/index.js';
import type { Trajectory } from '../../src/replay/index.js';

/** A trajectory as it is collected. */
export interface Collected extends Trajectory {
  states: Float32Array;
}

/** Bytes of a step of {@link someTrajectory}, without priorities: states of 2, three arrays of 2 candidates, three numbers. */
export const STEP_BYTES = 4 * 2 + 3 * 4 * 2 + 3 * 4;

/** A replay's configuration with the keys given. */
export function replayConfig(replay: object): ReplayConfig {
  return runConfig.parse({ replay }).replay;
}

/** A trajectory of `length` steps with `d = 2` and `k = 2`, filled with recognisable numbers. */
export function someTrajectory(length: number, overrides: Partial<Collected> = {}): Collected {
  const rows = length + (overrides.terminated === false ? 1 : 0);
  return {
    length,
    start: 0,
    states: Float32Array.from({ length: rows * 2 }, (_, i) => i / 7),
    candidates: Int32Array.from({ length: rows * 2 }, (_, i) => i % 5),
    taken: Int32Array.from({ length }, (_, i) => i % 2),
    reference: new Float32Array(rows * 2).fill(Math.log(0.5)),
    behaviour: new Float32Array(length * 2).fill(0.5),
    rewards: new Float32Array(length).fill(1),
    kl: new Float32Array(length),
    terminated: true,
    group: 0,
    iteration: 0,
    horizon: 10,
    ...overrides,
  };
}
