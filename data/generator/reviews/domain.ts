import type { Toned } from '../tone.js';
import { lines, list, tonedLines } from '../words/lists.js';

/** What a review can be about, and how people write of it. */
export interface Domain {
  readonly name: string;
  /** What it is called: `hotel`, `guest house`. */
  readonly subjects: readonly string[];
  /** Its parts: `bed`, `view`. */
  readonly aspects: readonly string[];
  /** Who works there or is met there. */
  readonly staff: readonly string[];
  /** First sentences, plain in tone. */
  readonly openings: readonly string[];
  /** Later sentences of this domain alone. */
  readonly lines: Toned<readonly string[]>;
}

/** Makes a domain from texts: comma-separated lists, and templates one a line. */
export function domain(
  name: string,
  subjects: string,
  aspects: string,
  staff: string,
  openings: string,
  body: string,
): Domain {
  return {
    name,
    subjects: list(subjects),
    aspects: list(aspects),
    staff: list(staff),
    openings: lines(openings),
    lines: tonedLines(body),
  };
}
