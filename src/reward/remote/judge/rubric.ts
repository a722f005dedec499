import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, resolveBundled } from '../../../common/index.js';
import { readText } from '../../../data/index.js';

/** Built-in: what makes an answer good, whatever was asked. */
export const RUBRIC = `You judge how well a response answers or continues a prompt. A good response
- does what the prompt asks for, or goes on from it without a break;
- is right in what it says, and makes nothing up;
- is clear, fluent and free of repetition;
- is as long as it needs to be: length by itself is no merit;
- is complete, unless it is plainly cut off by a limit, which is no fault.`;

/**
 * The rubric that a configuration gives: the contents of a file, or what it says itself.
 * @throws InputError for one word or the name of a text file that leads to no file, and for an empty one.
 */
export function readRubric(given: string, baseDirectory: string): string {
  const file = [resolve(baseDirectory, given), resolveBundled(given)].find((path) => existsSync(path));
  const text = file === undefined ? given : readText(file);
  if (text.trim() === '') throw new InputError(`the rubric ${given} is empty`);
  if (file === undefined && (!/\s/.test(given.trim()) || /\.(md|txt)$/.test(given))) {
    throw new InputError(`no such rubric: ${given} (a file, or a text of several words)`);
  }
  return text.trim();
}
