import type { Rng } from './rng.js';
import {
  ANIMAL_NAMES,
  HE_KIN,
  HE_NAMES,
  HERO_ANIMALS,
  JOBS,
  PERSON_ADJ,
  SHE_KIN,
  SHE_NAMES,
} from './words/people.js';
import { PLACES } from './words/places.js';
import { COLORS, MAKES, THINGS } from './words/things.js';

/** Someone who takes part in a story. */
export interface Person {
  /** How the story calls this one: `Tom` or `the baker`. */
  readonly name: string;
  /** The first mention: `a small fox named Pip`. */
  readonly intro: string;
  readonly she: boolean;
  /** Whether the intro has been told. */
  known: boolean;
}

/** A thing that a story comes back to. */
export interface Thing {
  /** `kite` */
  readonly noun: string;
  /** `red kite` */
  readonly full: string;
}

/** A place and the way to be there. */
export interface Place {
  readonly noun: string;
  readonly prep: string;
}

/** Makes the hero: mostly a child by name, else someone at work, or an animal. */
export function makeHero(rng: Rng): Person {
  const she = rng.chance(0.5);
  const name = rng.pick(she ? SHE_NAMES : HE_NAMES);
  const kind = rng.below(10);
  const adj = rng.chance(0.55) ? `${rng.pick(PERSON_ADJ)} ` : '';
  if (kind < 5) {
    const intro = rng.chance(0.7) ? name : `a ${adj}${rng.pick(she ? ['girl'] : ['boy'])} named ${name}`;
    return { name, intro, she, known: false };
  }
  if (kind < 8) {
    const animal = rng.pick(HERO_ANIMALS);
    const called = rng.pick(ANIMAL_NAMES);
    return rng.chance(0.75)
      ? { name: called, intro: `a ${adj}${animal} named ${called}`, she, known: false }
      : { name: `the ${animal}`, intro: `a ${adj}${animal}`, she, known: false };
  }
  const job = rng.pick(JOBS);
  return rng.chance(0.5)
    ? { name: `the ${job}`, intro: `a ${adj}${job}`, she, known: false }
    : { name, intro: `a ${adj}${job} named ${name}`, she, known: false };
}

/** Makes the companion, mostly not of the hero's gender so that pronouns stay clear. */
export function makeFriend(rng: Rng, hero: Person): Person {
  const she = rng.chance(0.85) ? !hero.she : hero.she;
  let name = rng.pick(she ? SHE_NAMES : HE_NAMES);
  while (name === hero.name) name = rng.pick(she ? SHE_NAMES : HE_NAMES);
  const his = hero.she ? 'her' : 'his';
  const kind = rng.below(10);
  if (kind < 6) {
    const intro = `${his} [|||older |younger |best ]${rng.pick(she ? SHE_KIN : HE_KIN)} ${name}`;
    return { name, intro: intro.replace(/best (?!friend)/, ''), she, known: false };
  }
  if (kind < 8) {
    const job = rng.pick(JOBS);
    return { name: `the ${job}`, intro: `the ${rng.pick(PERSON_ADJ)} ${job}`, she, known: false };
  }
  const animal = rng.pick(HERO_ANIMALS);
  const called = rng.pick(ANIMAL_NAMES);
  return { name: called, intro: `a ${rng.pick(PERSON_ADJ)} ${animal} named ${called}`, she, known: false };
}

/** Makes the thing that a story turns around. */
export function makeThing(rng: Rng): Thing {
  const noun = rng.pick(THINGS);
  if (noun.includes(' ') || rng.chance(0.3)) return { noun, full: noun };
  return { noun, full: `${rng.pick(rng.chance(0.5) ? COLORS : MAKES)} ${noun}` };
}

/** Makes a place. */
export function makePlace(rng: Rng): Place {
  return rng.pick(PLACES);
}
