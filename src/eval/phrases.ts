import { words } from './diversity.js';

/** Words of a phrase. */
export const PHRASE_WORDS = 4;
/** Characters of a text that are kept. */
const LONGEST = 80;
/** Words that two phrases must share, end to beginning, to count as pieces of one. */
const OVERLAP = 2;

/** A text, cut to 80 characters, and the share of the completions that hold it, from 0 to 1. */
export interface Frequency {
  text: string;
  share: number;
}

/**
 * The phrases that most completions hold, commonest first. A phrase is a run of 4 lower-cased {@link words}; a completion
 * of fewer words is one phrase. Each completion counts once, however often it repeats a phrase. A phrase that overlaps a
 * commoner one by 2 words or more is left out, as another piece of the same sentence.
 */
export function commonPhrases(completions: readonly string[], most: number): Frequency[] {
  const counts = new Map<string, number>();
  for (const completion of completions) {
    for (const phrase of new Set(phrasesOf(words(completion)))) {
      counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
  }
  const chosen: Frequency[] = [];
  const taken: string[][] = [];
  for (const [phrase, count] of byCount(counts)) {
    if (chosen.length === most) break;
    const list = phrase.split(' ');
    if (taken.some((other) => overlaps(list, other) || overlaps(other, list))) continue;
    taken.push(list);
    chosen.push(frequency(phrase, count / completions.length));
  }
  return chosen;
}

/** The completions that occur more than once, commonest first; white space around them does not count. */
export function repeatedCompletions(completions: readonly string[], most: number): Frequency[] {
  const counts = new Map<string, number>();
  for (const completion of completions) {
    const text = completion.trim();
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return byCount(counts)
    .filter(([, count]) => count > 1)
    .slice(0, most)
    .map(([text, count]) => frequency(text, count / completions.length));
}

function phrasesOf(list: readonly string[]): string[] {
  if (list.length === 0) return [];
  const phrases = Math.max(1, list.length - PHRASE_WORDS + 1);
  // A space never occurs inside a word, so it separates without ambiguity.
  return Array.from({ length: phrases }, (_, start) => list.slice(start, start + PHRASE_WORDS).join(' '));
}

/** Those of one count stay in the order in which they were first met. */
function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Whether one phrase ends with the words that the other begins with. */
function overlaps(first: readonly string[], second: readonly string[]): boolean {
  const longest = Math.min(first.length, second.length);
  for (let shared = OVERLAP; shared <= longest; shared++) {
    const start = first.length - shared;
    if (second.slice(0, shared).every((word, i) => word === first[start + i])) return true;
  }
  return false;
}

function frequency(text: string, share: number): Frequency {
  return { text: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}\u2026` : text, share };
}
