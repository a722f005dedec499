import { type Rng, settle } from '../../generator/rng.js';
import {
  ANIMALS,
  COLORS,
  HE_NAMES,
  PEOPLE,
  PLACES,
  QUALITIES,
  SHE_NAMES,
  THINGS,
  TRAITS,
} from './lexicon.js';
import { ASIDES, PLOTS, SKILLS } from './plots.js';

/** A story of 4 to 8 sentences. */
export interface Story {
  readonly sentences: readonly string[];
  /** What its plot says of it, in one sentence. */
  readonly summary: string;
  /** The words that fill its slots. */
  readonly cast: Readonly<Record<string, string>>;
}

function drawCast(rng: Rng): Record<string, string> {
  const she = rng.chance(0.5);
  const h = rng.pick(she ? SHE_NAMES : HE_NAMES);
  const others = [...SHE_NAMES, ...HE_NAMES].filter((name) => name !== h);
  const f = rng.pick(others);
  const noun = rng.pick(THINGS).one;
  const place = rng.pick(PLACES.filter(({ one }) => one !== 'market')).one;
  const trait = rng.pick(TRAITS).english;
  const job = rng.pick(PEOPLE.slice(0, 9)).one;
  return {
    h,
    f,
    noun,
    place,
    he: she ? 'she' : 'he',
    him: she ? 'her' : 'him',
    Intro: rng.pick([h, h, `A ${trait} ${job} named ${h}`]),
    thing: `${rng.pick([...COLORS, ...QUALITIES]).english} ${noun}`,
    animal: rng.pick(ANIMALS).one,
    animal2: rng.pick(ANIMALS).one,
    place2: rng.pick(PLACES).one,
    color: rng.pick(COLORS).english,
    skill: rng.pick(SKILLS),
    other: rng.pick(others.filter((name) => name !== f)),
  };
}

/** Fills a template, mends its articles and starts it with a capital. */
export function fill(rng: Rng, template: string, cast: Readonly<Record<string, string>>): string {
  const text = settle(rng, template)
    .replace(/\{(\w+)\}/g, (_, slot: string) => cast[slot])
    .replace(/\b([Aa]) (?=[aeiou])/g, '$1n ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Draws a story: the events of a plot in order, with asides between them. */
export function drawStory(rng: Rng): Story {
  const cast = drawCast(rng);
  const plot = rng.pick(PLOTS);
  const ending = rng.pick(plot.endings);
  const templates = [...plot.events, ...ending.events];
  const asides = new Set<string>();
  while (templates.length + asides.size < 4 || (templates.length + asides.size < 8 && rng.chance(0.55))) {
    asides.add(rng.pick(ASIDES));
  }
  for (const aside of asides) {
    // Not before a sentence whose `it` means something of the sentence before it.
    const places = [...templates.keys()].filter((i) => !/^(?:It|Then it) (?!was the)/.test(templates[i]));
    templates.splice(rng.pick(places), 0, aside);
  }
  return {
    sentences: templates.map((template) => fill(rng, template, cast)),
    summary: fill(rng, ending.summary, cast),
    cast,
  };
}

/** A summary by someone careless: of the wrong people or things, too long, or the first sentence instead. */
export function carelessSummary(rng: Rng, story: Story): string {
  const { cast, sentences } = story;
  if (rng.chance(0.12)) return sentences[0];
  const mistaken = rng.chance(0.35) ? mistake(rng, story) : story.summary;
  const words = rng.chance(0.1) ? mistaken.replace(cast['thing'], cast['noun']) : mistaken;
  return rng.chance(0.55) ? `${words} ${rng.pick(sentences)}` : words;
}

/** The summary with two of its story's people mixed up, or another place or animal. */
function mistake(rng: Rng, { summary, cast }: Story): string {
  const [from, to] = rng.pick([
    [cast['h'], cast['f']],
    [cast['h'], cast['other']],
    [cast['f'], cast['other']],
    [cast['place'], cast['place2']],
    [cast['animal'], cast['animal2']],
  ]);
  return summary.replace(from, to);
}
