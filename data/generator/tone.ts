import type { Rng } from './rng.js';

/** The tone of a word, a sentence or a document: good, plain or bad. */
export type Tone = '+' | '=' | '-';

/** One value per tone. */
export type Toned<T> = Record<Tone, T>;

const opposite: Toned<Tone> = { '+': '-', '=': '=', '-': '+' };

/** The mood of a document's start: happy and unhappy about equally often, plain a little less so. */
export function startMood(rng: Rng): Tone {
  const u = rng.below(100);
  return u < 38 ? '+' : u < 66 ? '=' : '-';
}

/** The mood after another sentence: it mostly lasts, and sometimes turns. */
export function nextMood(rng: Rng, mood: Tone): Tone {
  return rng.chance(0.3) ? startMood(rng) : mood;
}

/** The tone of a sentence in a mood: often plain, mostly with the mood, at times against it. */
export function sentenceTone(rng: Rng, mood: Tone): Tone {
  if (rng.chance(0.57)) return '=';
  if (mood === '=') return rng.chance(0.5) ? '+' : '-';
  return rng.chance(0.74) ? mood : opposite[mood];
}

/** Which way the words of one clause lean: mostly the sentence's way,
or the mood's where the sentence is plain. */
export function clauseSide(rng: Rng, sentence: Tone, mood: Tone): Tone {
  const leaning = sentence === '=' ? mood : sentence;
  if (leaning === '=') return rng.chance(0.5) ? '+' : '-';
  return rng.chance(sentence === '=' ? 0.66 : 0.82) ? leaning : opposite[leaning];
}

/** The tone of one word: often plain, else nearly always that of its clause. */
export function wordTone(rng: Rng, side: Tone): Tone {
  if (rng.chance(0.52)) return '=';
  return rng.chance(0.93) ? side : opposite[side];
}
