import type { Toned } from '../tone.js';
import { lines, tonedLines } from '../words/lists.js';

/** A kind of story with openings and sentences of its own. */
export interface Scenario {
  readonly name: string;
  readonly openings: readonly string[];
  readonly lines: Toned<readonly string[]>;
}

/** Makes a scenario from its texts, one template a line. */
export function scenario(name: string, openings: string, body: string): Scenario {
  return { name, openings: lines(openings), lines: tonedLines(body) };
}
