import { makeFriend, makeHero, makePlace, makeThing, type Person } from './cast.js';
import type { SlotSource } from './grammar.js';
import { type Rng, settle } from './rng.js';
import type { Tone, Toned } from './tone.js';
import { DISHES, FOODS } from './words/food.js';
import { ANIMALS, HE_NAMES, JOBS, PERSON_ADJ, SHE_NAMES } from './words/people.js';
import { PLACES, SPOTS } from './words/places.js';
import { MANY_ANIMALS, MANY_THINGS } from './words/plurals.js';
import { CLOTHES, COLORS, MAKES, ODDMENTS, PLANTS, RIDES, SOUNDS } from './words/things.js';
import {
  ATTRIBUTE,
  CHARACTER,
  DAY_QUALITY,
  DEGREE,
  EVENT,
  FEELING,
  MANNER,
  QUALITY,
  SPOKE,
  TOUCHABLE,
} from './words/tone.js';
import { DAY_ADJ, DAY_PARTS, WEATHER } from './words/weather.js';

const flat: Readonly<Record<string, readonly string[]>> = {
  animal: ANIMALS,
  food: FOODS,
  dish: DISHES,
  spot: SPOTS,
  odd: ODDMENTS,
  plant: PLANTS,
  ride: RIDES,
  job: JOBS,
  clothes: CLOTHES,
  color: COLORS,
  make: MAKES,
  sound: SOUNDS,
  things: MANY_THINGS,
  animals: MANY_ANIMALS,
  day: DAY_ADJ,
  part: DAY_PARTS,
  trait: PERSON_ADJ,
  tod: ['morning', 'afternoon', 'evening', 'day', 'night', 'day'],
  num: ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'twelve', 'twenty'],
};

const byTone: Readonly<Record<string, Toned<string[]>>> = {
  a: ATTRIBUTE,
  ch: CHARACTER,
  m: MANNER,
  sp: SPOKE,
  ev: EVENT,
  weather: WEATHER,
};

const degreesOfFeeling = DEGREE.filter(
  (word) => !['never', 'just', 'too', 'often', 'surely', 'hardly'].includes(word),
);

const oneWord = (words: readonly string[]): string[] => words.filter((word) => !word.includes(' '));
const ADJECTIVE_FEELING: Toned<string[]> = {
  '+': oneWord(FEELING['+']),
  '=': [...oneWord(FEELING['=']), 'cold', 'older', 'different', 'small', 'hungry', 'rested', 'dizzy', 'dry'],
  '-': oneWord(FEELING['-']),
};

/** Fills the slots that need no story: words from the lists. */
export function wordSlots(rng: Rng): SlotSource {
  return (name, draw) => {
    const words = flat[name];
    if (words !== undefined) return rng.pick(words);
    const sorted = byTone[name];
    if (sorted !== undefined) return rng.pick(sorted[draw()]);
    if (name === 'q') return withDegree(rng, rng.pick(QUALITY[draw()]), DEGREE, 0.3);
    if (name === 'qt') return withDegree(rng, rng.pick(TOUCHABLE[draw()]), DEGREE, 0.2);
    if (name === 'qd') {
      const tone = draw();
      return withDegree(rng, rng.pick(tone === '=' ? DAY_QUALITY : QUALITY[tone]), DEGREE, 0.15);
    }
    if (name === 'fa') return withDegree(rng, rng.pick(ADJECTIVE_FEELING[draw()]), degreesOfFeeling, 0.25);
    if (name === 'fe') return withDegree(rng, rng.pick(FEELING[draw()]), degreesOfFeeling, 0.22);
    if (name === 'someone') return rng.pick(rng.chance(0.5) ? SHE_NAMES : HE_NAMES);
    if (name === 'where') {
      const place = rng.pick(PLACES);
      return `${place.prep} the ${place.noun}`;
    }
    return undefined;
  };
}

function withDegree(rng: Rng, word: string, degrees: readonly string[], chance: number): string {
  return !word.includes(' ') && rng.chance(chance) ? `${rng.pick(degrees)} ${word}` : word;
}

/** The slots of one story: its people, its thing and its place, with pronouns that agree. */
export interface StorySlots {
  readonly slots: SlotSource;
  /** To be called before each sentence. */
  startSentence(): void;
}

/** Makes a cast and the slots that speak of it. */
export function storySlots(rng: Rng): StorySlots {
  const words = wordSlots(rng);
  const hero = makeHero(rng);
  const friend = makeFriend(rng, hero);
  const thing = makeThing(rng);
  const place = makePlace(rng);
  const dish = settle(rng, rng.pick(DISHES));
  const here = new Set<Person>();
  let before = new Set<Person>();
  let thingHere = false;
  let thingBefore = false;
  const subject = (who: Person): string => {
    const other = who === hero ? friend : hero;
    const clear = other.she !== who.she || (!here.has(other) && !before.has(other));
    const pronoun = who.known && clear && (here.has(who) || (before.has(who) && rng.chance(0.6)));
    here.add(who);
    if (pronoun) return who.she ? 'she' : 'he';
    if (who.known) return who.name;
    who.known = true;
    return who === hero && who.intro.includes('named') ? who.name : who.intro;
  };
  const person = (who: Person, form: string): string => {
    if (form === '') return subject(who);
    if (form === 'o') return who.she ? 'her' : 'him';
    if (form === 'p') return who.she ? 'her' : 'his';
    here.add(who);
    if (form === 'i' && !who.known) {
      who.known = true;
      return who.intro;
    }
    if (!who.known) {
      who.known = true;
      return who === friend ? who.intro : who.name;
    }
    return who.name;
  };
  const pet = rng.pick(ANIMALS);
  const met: Record<string, string> = {};
  const meet = (kind: string, draw: () => Tone): string | undefined => {
    const known = met[kind];
    if (known !== undefined && rng.chance(0.75)) return known;
    const found = words(kind, draw);
    if (found !== undefined) met[kind] = found;
    return found;
  };
  const object = (form: string): string => {
    const again = thingHere || thingBefore;
    thingHere = true;
    if (form === 'a') return `a ${thing.full}`;
    if (again && !thing.noun.startsWith('pair') && rng.chance(0.35)) return 'it';
    return `the ${rng.chance(0.6) ? thing.noun : thing.full}`;
  };
  const slots: SlotSource = (name, draw) => {
    const [head = '', form = ''] = name.split('.');
    if (head === 'h') return person(hero, form);
    if (head === 'f') return person(friend, form);
    if (head === 'o') return object(form);
    if (name === 'pl') return `the ${place.noun}`;
    if (name === 'at') return `${place.prep} the ${place.noun}`;
    if (name === 'mydish') return dish;
    if (name === 'pet') return pet;
    if (head === 'last') return meet(form, draw);
    if (name === 'job' || name === 'animal') {
      const found = words(name, draw);
      if (found !== undefined) met[name] = found;
      return found;
    }
    return words(name, draw);
  };
  const startSentence = (): void => {
    before = new Set(here);
    here.clear();
    thingBefore = thingHere;
    thingHere = false;
  };
  return { slots, startSentence };
}

/** The mark of a turn between two sentences of unlike tone, or an empty text. */
export function turnWord(rng: Rng, last: Tone, next: Tone): string {
  if (last === next || next === '=' || !rng.chance(0.5)) return '';
  if (next === '+')
    return rng.pick(['but then ', 'luckily, ', 'still, ', 'in the end, ', 'happily, ', 'but ', 'later, ']);
  return rng.pick([
    'but then ',
    'sadly, ',
    'still, ',
    'suddenly, ',
    'but ',
    'later, ',
    'after that, ',
    'soon ',
  ]);
}
