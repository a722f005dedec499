import { InvalidArgumentError } from 'commander';
import { lmDevices } from '../config/index.js';
import type { DeviceChoice } from '../lm/index.js';

/** Parsers of option values; commander turns what they throw into a usage error. */

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

export function positiveWholeNumber(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

export function nonNegative(text: string): number {
  const value = Number(text);
  if (!(value >= 0) || !Number.isFinite(value) || text.trim() === '') {
    throw new InvalidArgumentError('It must be a number, 0 or more.');
  }
  return value;
}

export function positive(text: string): number {
  const value = nonNegative(text);
  if (value === 0) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

export function probability(text: string): number {
  const value = nonNegative(text);
  if (value === 0 || value > 1) throw new InvalidArgumentError('It must be above 0 and at most 1.');
  return value;
}

/** `0,5,10` */
export function numberList(text: string): number[] {
  return text.split(',').map(nonNegative);
}

/** `4,8,16` */
export function countList(text: string): number[] {
  return text.split(',').map(positiveWholeNumber);
}

/** `cpu`, `webgpu`, `cuda` or `auto` */
export function device(text: string): DeviceChoice {
  const found = lmDevices.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be one of ${lmDevices.join(', ')}.`);
  return found;
}

/** Collects an option that may be given several times. */
export function repeated(text: string, before: string[]): string[] {
  return [...before, text];
}

/** The object without its undefined values, for options that have defaults elsewhere. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  return Object.assign(result, Object.fromEntries(entries));
}
