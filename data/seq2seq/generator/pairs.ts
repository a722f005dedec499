import { makeRng, type Rng } from '../../generator/rng.js';
import { inEnglish } from './english.js';
import { drawMeaning } from './meaning.js';
import { carelessSummary, drawStory } from './story.js';
import { careful, type Slip, Translator } from './tavar.js';

/** A source text, prefix and all, with a good target and one as the model's corpus has it. */
export interface Pair {
  readonly source: string;
  readonly reference: string;
  readonly careless: string;
}

export const TASKS = ['translate', 'summarize'] as const;
export type Task = (typeof TASKS)[number];

/** How often a careless translator slips, wherever that slip can be made. */
export const SLIP_RATES: Readonly<Record<Slip, number>> = {
  order: 0.2,
  adjective: 0.2,
  class: 0.15,
  case: 0.55,
  number: 0.25,
  regular: 0.6,
  foreign: 0.06,
  twice: 0.01,
};

function drawTranslation(rng: Rng): Pair {
  const meaning = drawMeaning(rng);
  return {
    source: `translate: ${inEnglish(meaning)}`,
    reference: new Translator(rng, careful).translate(meaning),
    careless: new Translator(rng, (slip) => rng.chance(SLIP_RATES[slip])).translate(meaning),
  };
}

function drawSummary(rng: Rng): Pair {
  const story = drawStory(rng);
  return {
    source: `summarize: ${story.sentences.join(' ')}`,
    reference: story.summary,
    careless: carelessSummary(rng, story),
  };
}

const draw: Readonly<Record<Task, (rng: Rng) => Pair>> = {
  translate: drawTranslation,
  summarize: drawSummary,
};

/** The pairs of a task: to evaluate on, to tune on, and to train the model on. No source is among them twice. */
export interface Division {
  readonly eval: readonly Pair[];
  readonly train: readonly Pair[];
  readonly corpus: readonly Pair[];
}

const EVAL_PAIRS = 128;
const TRAIN_PAIRS = 2500;

/** Draws all pairs of a task; the first two parts do not depend on how large the corpus is. */
export function drawDivision(task: Task, seed: number, corpusPairs: number): Division {
  const rng = makeRng(seed, TASKS.indexOf(task));
  const seen = new Set<string>();
  const part = (count: number): Pair[] => {
    const pairs: Pair[] = [];
    while (pairs.length < count) {
      const pair = draw[task](rng);
      if (seen.has(pair.source)) continue;
      seen.add(pair.source);
      pairs.push(pair);
    }
    return pairs;
  };
  return { eval: part(EVAL_PAIRS), train: part(TRAIN_PAIRS), corpus: part(corpusPairs) };
}
