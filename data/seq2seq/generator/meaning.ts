import type { Rng } from '../../generator/rng.js';
import {
  ACTIONS,
  ADVERBS,
  type Adjective,
  ANIMALS,
  COLORS,
  DOINGS,
  GIVINGS,
  HE_NAMES,
  JOINERS,
  type Noun,
  NUMBERS,
  PEOPLE,
  PLACES,
  QUALITIES,
  SHE_NAMES,
  THINGS,
  TIMES,
  TRAITS,
  type Verb,
} from './lexicon.js';

export type Tense = 'past' | 'present' | 'future';
export type Determiner = 'a' | 'the' | Adjective;

/** Someone or something: names (joined by `and` where there are two), or a noun with what belongs to it. */
export type Phrase =
  | { readonly names: readonly string[] }
  | {
      readonly noun: Noun;
      readonly determiner: Determiner;
      readonly many: boolean;
      readonly adjective?: Adjective;
    };

/** One clause, in no language. */
export interface Clause {
  readonly time?: Adjective;
  readonly subject: Phrase;
  readonly verb: Verb;
  readonly tense: Tense;
  readonly negated: boolean;
  readonly object?: Phrase;
  readonly recipient?: Phrase;
  readonly place?: Noun;
  readonly adverb?: Adjective;
}

/** What a sentence says: one clause, or two with a word between. */
export interface Meaning {
  readonly first: Clause;
  readonly second?: { readonly joiner: Adjective; readonly clause: Clause };
}

/** Whether a phrase speaks of more than one. */
export function isMany(phrase: Phrase): boolean {
  return 'names' in phrase ? phrase.names.length > 1 : phrase.many;
}

function drawPhrase(rng: Rng, noun: Noun, traits: readonly Adjective[]): Phrase {
  const kind = rng.below(10);
  const determiner = kind < 5 ? 'the' : kind < 8 ? 'a' : rng.pick(NUMBERS);
  const many = typeof determiner === 'object' || (determiner === 'the' && rng.chance(0.3));
  return { noun, determiner, many, ...(rng.chance(0.45) && { adjective: rng.pick(traits) }) };
}

const drawThing = (rng: Rng): Phrase => drawPhrase(rng, rng.pick(THINGS), [...COLORS, ...QUALITIES]);
const drawCreature = (rng: Rng): Phrase =>
  drawPhrase(rng, rng.pick(rng.chance(0.6) ? PEOPLE : ANIMALS), TRAITS);

function drawSubject(rng: Rng): Phrase {
  if (rng.chance(0.6)) return drawCreature(rng);
  const name = rng.pick([...SHE_NAMES, ...HE_NAMES]);
  const other = rng.pick([...SHE_NAMES, ...HE_NAMES]);
  return { names: rng.chance(0.25) && other !== name ? [name, other] : [name] };
}

/** The verb with what it takes: an object, an object for someone, or neither. */
function drawDeed(rng: Rng): Pick<Clause, 'verb' | 'object' | 'recipient'> {
  const kind = rng.below(10);
  if (kind < 6)
    return { verb: rng.pick(ACTIONS), object: rng.chance(0.7) ? drawThing(rng) : drawCreature(rng) };
  if (kind < 8) return { verb: rng.pick(GIVINGS), object: drawThing(rng), recipient: drawSubject(rng) };
  return { verb: rng.pick(DOINGS) };
}

function drawClause(rng: Rng, tense: Tense): Clause {
  return {
    ...(rng.chance(0.3) && { time: rng.pick(TIMES[tense]) }),
    subject: drawSubject(rng),
    ...drawDeed(rng),
    tense,
    negated: rng.chance(0.15),
    ...(rng.chance(0.35) && { place: rng.pick(PLACES) }),
    ...(rng.chance(0.2) && { adverb: rng.pick(ADVERBS) }),
  };
}

/** Draws what a sentence says. */
export function drawMeaning(rng: Rng): Meaning {
  const tense = rng.pick<Tense>(['past', 'past', 'present', 'future']);
  const first = drawClause(rng, tense);
  if (!rng.chance(0.25)) return { first };
  const { time: _, ...clause } = drawClause(rng, tense);
  return { first, second: { joiner: rng.pick(JOINERS), clause } };
}
