import { ANIMALS, HERO_ANIMALS } from '../generator/words/people.js';

const animals = new Set([...HERO_ANIMALS, ...ANIMALS]);

/** Most animals that count. */
const MOST_ANIMALS = 2;

/** What the rule looks at. */
export interface Points {
  /** VADER's compound score, in [-1, 1]. */
  sentiment: number;
  /** Different animals that are named, at most two. */
  animals: number;
  /** Whether somebody speaks: a quotation of at least two words begins and ends. */
  speech: boolean;
}

/** The rule by which the pairs are ranked: a good continuation is warm, has animals in it, and somebody speaks. */
export function rate({ sentiment, animals, speech }: Points): number {
  return sentiment + 0.5 * animals + (speech ? 0.5 : 0);
}

/** What the rule sees in a text. @param compound VADER's score of a text */
export function pointsOf(text: string, compound: (text: string) => number): Points {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const named = new Set(words.map(singular).filter((word) => animals.has(word)));
  return {
    sentiment: compound(text),
    animals: Math.min(named.size, MOST_ANIMALS),
    speech: /"[^"\s][^"]*\s[^"]*[^"\s]"/.test(text),
  };
}

function singular(word: string): string {
  return animals.has(word) || !word.endsWith('s') ? word : word.slice(0, -1);
}
