import type { Environment, EnvironmentMaker } from '../../src/env/index.js';

/**
 * A corridor of cells 0 to 3 that is entered at cell `seed % 3`; `on` ends it at cell 3 with a reward of 1. It uses its
 * observation array again and answers with promises, as environments may.
 * @param changes What a test makes of it.
 */
export function corridor(changes: Partial<Environment> = {}): Environment {
  const observation = new Float32Array(2);
  return {
    observationShape: [2],
    actions: ['back', 'on'],
    async reset(seed) {
      observation.set([seed % 3, seed]);
      return observation;
    },
    async step(action) {
      observation[0] = Math.max(0, observation[0] + (action === 1 ? 1 : -1));
      const terminated = observation[0] === 3;
      return { observation, reward: terminated ? 1 : 0, terminated, truncated: false };
    },
    ...changes,
  };
}

/** A maker of such corridors. */
export function corridors(changes: Partial<Environment> = {}): EnvironmentMaker {
  return { name: 'corridor', make: () => corridor(changes) };
}

type Method = (argument: number) => unknown;

/** The same with a method that keeps no types, as a user's JavaScript may have it. */
export function untyped(changes: Readonly<Record<string, unknown>>): EnvironmentMaker {
  return {
    name: 'corridor',
    make() {
      const made = corridor();
      for (const [key, value] of Object.entries(changes)) Reflect.set(made, key, value);
      return made;
    },
  };
}

/** A step that gives what it should but for some keys. */
export const stepWith =
  (changes: Readonly<Record<string, unknown>>): Method =>
  () => ({ observation: [0, 0], reward: 0, terminated: false, truncated: false, ...changes });
