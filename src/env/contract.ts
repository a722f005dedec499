import { InputError, Interrupted, messageOf } from '../common/index.js';
import { oneLine } from '../config/index.js';
import type { Environment } from './environment.js';

/** What an environment observes and does. */
export interface Spaces {
  observationShape: readonly number[];
  /** Numbers in an observation: the product of its shape. */
  observationSize: number;
  actions: readonly string[];
}

/** The numbers of a step besides its observation. */
export interface Outcome {
  reward: number;
  terminated: boolean;
  truncated: boolean;
}

export function isEnvironment(value: unknown): value is Environment {
  if (typeof value !== 'object' || value === null) return false;
  const isMethod = (key: string) => typeof Reflect.get(value, key) === 'function';
  return isMethod('reset') && isMethod('step');
}

/** The error of an environment that breaks the contract. */
export function wrong(name: string, problem: string): InputError {
  return new InputError(`the environment '${name}' is wrong: ${problem}`);
}

/** Runs a method of an environment; what it throws becomes an InputError that names both. */
export async function attempt<T>(name: string, call: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    throw new InputError(`the environment '${name}' threw in ${call}: ${oneLine(messageOf(error))}`, {
      cause: error,
    });
  }
}

/** @throws InputError on a shape or action names that the contract does not allow. */
export function readSpaces(name: string, environment: Environment): Spaces {
  const shape: unknown = environment.observationShape;
  if (!isShape(shape)) {
    throw wrong(
      name,
      `observationShape is ${show(shape)}, not [d] or [height, width, channels] of positive integers`,
    );
  }
  const actions: unknown = environment.actions;
  if (!isNames(actions) || actions.length < 2) {
    throw wrong(name, `actions is ${show(actions)}, not a list of at least 2 names`);
  }
  const twice = actions.find((action, i) => actions.indexOf(action) !== i);
  if (twice !== undefined) throw wrong(name, `two actions are named '${twice}'`);
  const observationSize = shape.reduce((product, side) => product * side, 1);
  return { observationShape: [...shape], observationSize, actions: [...actions] };
}

/**
 * Copies an observation into a row.
 * @param call What gave it, for the message: `reset(0)`.
 * @throws InputError unless it is a list of `row.length` finite numbers.
 */
export function readObservation(name: string, call: string, value: unknown, row: Float32Array): void {
  if (!isList(value))
    throw wrong(name, `the observation of ${call} is ${show(value)}, not a list of numbers`);
  if (value.length !== row.length) {
    const numbers = `${value.length} number${value.length === 1 ? '' : 's'}`;
    throw wrong(
      name,
      `the observation of ${call} has ${numbers}, but observationShape asks for ${row.length}`,
    );
  }
  for (let i = 0; i < row.length; i++) {
    const number = value[i];
    if (!isFinite32(number)) {
      throw wrong(name, `number ${i} of the observation of ${call} is ${show(number)}, not a finite number`);
    }
    row[i] = number;
  }
}

/**
 * Copies the observation of a step's result into a row, and gives the rest of it.
 * @throws InputError unless the result is of the right types.
 */
export function readStep(name: string, call: string, result: unknown, row: Float32Array): Outcome {
  if (typeof result !== 'object' || result === null || !('observation' in result)) {
    throw wrong(name, `${call} returned ${show(result)}, not { observation, reward, terminated, truncated }`);
  }
  readObservation(name, call, result.observation, row);
  const reward: unknown = Reflect.get(result, 'reward');
  if (!isFinite32(reward)) throw wrong(name, `the reward of ${call} is ${show(reward)}, not a finite number`);
  const flag = (key: string): boolean => {
    const value: unknown = Reflect.get(result, key);
    if (typeof value === 'boolean') return value;
    throw wrong(name, `'${key}' of ${call} is ${show(value)}, not true or false`);
  };
  return { reward, terminated: flag('terminated'), truncated: flag('truncated') };
}

function isShape(value: unknown): value is number[] {
  const isSide = (side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side > 0;
  return Array.isArray(value) && (value.length === 1 || value.length === 3) && value.every(isSide);
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string' && name.trim() !== '');
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/** Finite in single precision too, in which the learner computes. */
function isFinite32(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(Math.fround(value));
}

/** A value in a message: short, on one line. */
function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise';
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
  if (!isList(value)) return `an object with ${Object.keys(value).join(', ') || 'no keys'}`;
  const items = Array.from({ length: Math.min(value.length, 6) }, (_, i) => value[i]);
  const shown = items.map((item) => (typeof item === 'object' && item !== null ? '...' : show(item)));
  return `[${shown.join(', ')}${value.length > items.length ? ', ...' : ''}]`;
}
