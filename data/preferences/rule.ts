import { ANIMALS, HERO_ANIMALS } from '../generator/words/people.js';

const animals = new Set([...HERO_ANIMALS, ...ANIMALS]);

/** Most animals that count. */
const MOST_ANIMALS = 2;

/** VADER's compound score of a text, in [-1, 1]. */
export type Compound = (text: string) => number;

/**
 * The rule by which the pairs are ranked: a good continuation turns out well, has animals in it, and somebody speaks. Which
 * way a story turns depends on the order of its words, so counting them does not tell.
 */
export function rate(text: string, compound: Compound): number {
  return turn(text, compound) + company(text);
}

/** What the teacher's stories have more of: warmth, animals, and somebody who speaks. */
export function cosiness(text: string, compound: Compound): number {
  return compound(text) + company(text);
}

/** How much warmer the second half of a text's words is than the first. */
function turn(text: string, compound: Compound): number {
  const words = text.trim().split(/\s+/);
  const middle = Math.floor(words.length / 2);
  return compound(words.slice(middle).join(' ')) - compound(words.slice(0, middle).join(' '));
}

/** A half for each different animal, and a half where a quotation of at least two words begins and ends. */
function company(text: string): number {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  const named = new Set(words.map(singular).filter((word) => animals.has(word)));
  const speech = /"[^"\s][^"]*\s[^"]*[^"\s]"/.test(text);
  return 0.5 * Math.min(named.size, MOST_ANIMALS) + (speech ? 0.5 : 0);
}

function singular(word: string): string {
  return animals.has(word) || !word.endsWith('s') ? word : word.slice(0, -1);
}
