import { EMOJI } from './vaderEmoji.js';
import { BOOSTERS, IDIOMS, NEGATIONS, VALENCES } from './vaderWords.js';

const CAPITALS = 0.733;
const NEGATION = -0.74;
/** A preceding word counts less the further it stands before the sentiment word. */
const DAMPING = [1, 0.95, 0.9];

interface Word {
  lower: string;
  capitals: boolean;
  /** Undefined for a word outside the lexicon. */
  valence: number | undefined;
}

/**
 * VADER's compound score of an English text, in [-1, 1], rounded to four digits; 0 for a text without
 * sentiment words.
 *
 * The rules are those of the Python package vaderSentiment 3.3.2 (Hutto and Gilbert 2014). The npm package
 * `vader-sentiment` supplies the lexicon but not the rules: it ports an older release, which reads `Not bad` and
 * `No problem` as negative and `"Great," she said` as neutral.
 */
export function vaderCompound(text: string): number {
  const plain = describeEmoji(text).trim();
  const words = wordsOf(plain);
  const sentiments = weighBut(words, valences(words));
  const sum = sentiments.reduce((total, sentiment) => total + sentiment, 0);
  const emphasized = sum + Math.sign(sum) * emphasis(plain);
  return Number((emphasized / Math.sqrt(emphasized * emphasized + 15)).toFixed(4));
}

function describeEmoji(text: string): string {
  return text.replace(/(\p{Extended_Pictographic})\uFE0F?/gu, (_, emoji) => ` ${EMOJI.get(emoji) ?? ''} `);
}

function wordsOf(text: string): Word[] {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  return tokens.map((token) => {
    const word = stripPunctuation(token);
    const lower = word.toLowerCase();
    const capitals = word !== lower && word === word.toUpperCase();
    return { lower, capitals, valence: VALENCES.get(lower) };
  });
}

/** Punctuation goes from both ends, unless so little is left that the token may be an emoticon. */
function stripPunctuation(token: string): string {
  const stripped = token.replace(/^[!-/:-@[-`{-~]+/, '').replace(/[!-/:-@[-`{-~]+$/, '');
  return stripped.length > 4 || [...stripped].length > 2 ? stripped : token;
}

function valences(words: readonly Word[]): number[] {
  const shouted = words.filter((word) => word.capitals).length;
  const capitalsStandOut = shouted > 0 && shouted < words.length;
  return words.map((word, at) => {
    const kindOf = word.lower === 'kind' && words[at + 1]?.lower === 'of';
    return kindOf || BOOSTERS.has(word.lower) ? 0 : valenceAt(words, at, capitalsStandOut);
  });
}

function valenceAt(words: readonly Word[], at: number, capitalsStandOut: boolean): number {
  const word = words[at];
  if (word.valence === undefined) return 0;
  let valence = afterNo(words, at, word.valence);
  if (word.capitals && capitalsStandOut) valence += valence > 0 ? CAPITALS : -CAPITALS;
  for (let distance = 1; distance <= Math.min(3, at); distance++) {
    const before = words[at - distance];
    if (before.valence !== undefined) continue;
    valence += boost(before, valence, capitalsStandOut) * DAMPING[distance - 1];
    valence = negate(words, at, distance, valence);
    if (distance === 3) valence = idiom(words, at, valence);
  }
  return leastNegates(words, at) ? valence * NEGATION : valence;
}

/** `no` negates the sentiment words that follow it, and then carries none itself. */
function afterNo(words: readonly Word[], at: number, valence: number): number {
  const before = (distance: number) => words[at - distance]?.lower;
  const listed = before(3) === 'no' && (before(1) === 'or' || before(1) === 'nor');
  if (before(1) === 'no' || before(2) === 'no' || listed) return valence * NEGATION;
  return words[at].lower === 'no' && words[at + 1]?.valence !== undefined ? 0 : valence;
}

function boost(word: Word, valence: number, capitalsStandOut: boolean): number {
  const step = BOOSTERS.get(word.lower);
  if (step === undefined) return 0;
  const signed = valence < 0 ? -step : step;
  if (!word.capitals || !capitalsStandOut) return signed;
  return valence > 0 ? signed + CAPITALS : signed - CAPITALS;
}

function negate(words: readonly Word[], at: number, distance: number, valence: number): number {
  const before = words[at - distance].lower;
  // The words between the negation and the sentiment word, nearest first.
  const between = words.slice(at - distance + 1, at).map((word) => word.lower);
  const emphatic = between.some((word) => word === 'so' || word === 'this');
  const nearest = words[at - 1].lower;
  if (distance > 1 && before === 'never' && emphatic) return valence * 1.25;
  if (distance === 3 && (nearest === 'so' || nearest === 'this')) return valence * 1.25;
  if (before === 'without' && between.includes('doubt')) return valence;
  return NEGATIONS.has(before) || before.includes("n't") ? valence * NEGATION : valence;
}

/** Called where at least three words precede the sentiment word, as VADER does. */
function idiom(words: readonly Word[], at: number, valence: number): number {
  const phrase = (from: number, to: number) =>
    words
      .slice(at + from, at + to + 1)
      .map((word) => word.lower)
      .join(' ');
  const ending = [phrase(-1, 0), phrase(-2, 0), phrase(-2, -1), phrase(-3, -1), phrase(-3, -2)];
  const found = ending.find((words) => IDIOMS.has(words));
  let result = (found === undefined ? undefined : IDIOMS.get(found)) ?? valence;
  result = IDIOMS.get(phrase(0, 1)) ?? result;
  result = IDIOMS.get(phrase(0, 2)) ?? result;
  for (const degree of [phrase(-3, -1), phrase(-3, -2), phrase(-2, -1)]) result += BOOSTERS.get(degree) ?? 0;
  return result;
}

/** `least` negates, but for `at least` and `very least`. */
function leastNegates(words: readonly Word[], at: number): boolean {
  if (words[at - 1]?.lower !== 'least') return false;
  const before = words[at - 2]?.lower;
  return before !== 'at' && before !== 'very';
}

/** What precedes the first `but` counts half, and what follows it one and a half times. */
function weighBut(words: readonly Word[], sentiments: number[]): number[] {
  const but = words.findIndex((word) => word.lower === 'but');
  if (but < 0) return sentiments;
  // VADER finds each score by its value, so equal scores change the first of them: kept, to agree with it.
  for (let i = 0; i < sentiments.length; i++) {
    const first = sentiments.indexOf(sentiments[i]);
    if (first !== but) sentiments[first] *= first < but ? 0.5 : 1.5;
  }
  return sentiments;
}

/** Up to four exclamation marks, and two or more question marks, strengthen the sum. */
function emphasis(text: string): number {
  const exclamations = Math.min(4, occurrences(text, '!'));
  const questions = occurrences(text, '?');
  return exclamations * 0.292 + (questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0);
}

function occurrences(text: string, character: string): number {
  return text.split(character).length - 1;
}
