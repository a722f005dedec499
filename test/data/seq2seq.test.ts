import { fileURLToPath } from 'node:url';
import { AutoModelForSeq2SeqLM, AutoTokenizer, Tensor } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { makeRng } from '../../data/generator/rng.js';
import { inEnglish } from '../../data/seq2seq/generator/english.js';
import * as words from '../../data/seq2seq/generator/lexicon.js';
import type { Meaning } from '../../data/seq2seq/generator/meaning.js';
import { drawDivision, TASKS } from '../../data/seq2seq/generator/pairs.js';
import { carelessSummary, drawStory } from '../../data/seq2seq/generator/story.js';
import { careful, type Slip, Translator } from '../../data/seq2seq/generator/tavar.js';
import { loadPrompts } from '../../src/data/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';

const path = (name: string) => fileURLToPath(new URL(`../../data/${name}`, import.meta.url));

/** The entry whose first form is `english`. */
function entry<T extends object>(list: readonly T[], english: string): T {
  const found = list.find((item) => Object.values(item)[0] === english);
  if (found === undefined) throw new Error(`no word '${english}'`);
  return found;
}

const three = entry(words.NUMBERS, 'three');
const catch_ = entry(words.ACTIONS, 'catch');
const find = entry(words.ACTIONS, 'find');
const doctor = entry(words.PEOPLE, 'doctor');

/** `Yesterday the sad doctors caught three red keys at the garden slowly.` */
const long: Meaning = {
  first: {
    time: entry(words.TIMES.past, 'yesterday'),
    subject: { noun: doctor, determiner: 'the', many: true, adjective: entry(words.TRAITS, 'sad') },
    verb: catch_,
    tense: 'past',
    negated: false,
    object: {
      noun: entry(words.THINGS, 'key'),
      determiner: three,
      many: true,
      adjective: entry(words.COLORS, 'red'),
    },
    place: entry(words.PLACES, 'garden'),
    adverb: entry(words.ADVERBS, 'slowly'),
  },
};

/** `The doctors found the keys.`, with an irregular plural */
const keys: Meaning = {
  first: {
    subject: { noun: doctor, determiner: 'the', many: true },
    verb: find,
    tense: 'past',
    negated: false,
    object: { noun: entry(words.THINGS, 'key'), determiner: 'the', many: true },
  },
};

/** Two clauses, the first of them negated and with someone to whom. */
const joined: Meaning = {
  first: {
    subject: { noun: entry(words.ANIMALS, 'owl'), determiner: 'a', many: false },
    verb: entry(words.GIVINGS, 'show'),
    tense: 'present',
    negated: true,
    object: { noun: entry(words.THINGS, 'box'), determiner: 'a', many: false },
    recipient: { names: ['Anna', 'Tom'] },
  },
  second: {
    joiner: entry(words.JOINERS, 'but'),
    clause: {
      subject: { names: ['Rosa'] },
      verb: entry(words.DOINGS, 'swim'),
      tense: 'future',
      negated: false,
    },
  },
};

const only = (slip: Slip) => (asked: Slip) => asked === slip;
const inTavar = (meaning: Meaning, slips = careful) => new Translator(makeRng(1), slips).translate(meaning);

describe('Tavar', () => {
  it('puts the verb last, with endings that agree', () => {
    expect(inEnglish(long)).toBe('Yesterday the sad doctors caught three red keys at the garden slowly.');
    expect(inTavar(long)).toBe('lisv si brandari benuri sa gisnade triv kovam shoturi dozov tandovulen.');
    expect(inEnglish(keys)).toBe('The doctors found the keys.');
    expect(inTavar(keys)).toBe('si brandari si kuvinom thekulen.');
    expect(inEnglish(joined)).toBe('An owl does not show a box to Anna and Tom but Rosa will swim.');
    expect(inTavar(joined)).toBe('zano Anna daton Tom-lu desgam gurt lotikes pilv Rosa sazir.');
  });

  it.each<[Slip, Meaning, string]>([
    ['order', long, 'lisv si brandari benuri tandovulen triv kovam shoturi sa gisnade dozov.'],
    ['adjective', long, 'lisv si benuri brandari sa gisnade triv shoturi kovam dozov tandovulen.'],
    ['class', long, 'lisv si brandari benuri so gisnade triv kovam shoturi dozov tandovulen.'],
    ['case', long, 'lisv si brandari benuri sa gisnade triv kova shoturi dozov tandovulen.'],
    ['number', long, 'lisv si brandari benuri sa gisnade triv kovam shoturi dozov tandovul.'],
    ['regular', keys, 'si brandari si kovarim thekulen.'],
    ['foreign', keys, 'si doctors si keys found.'],
    ['twice', keys, 'si si brandari brandari si si kuvinom kuvinom thekulen thekulen.'],
  ])('can slip: %s', (slip, meaning, expected) => {
    expect(inTavar(meaning, only(slip))).toBe(expected);
  });

  it('is told from English by every stem', () => {
    const { PEOPLE, ANIMALS, THINGS, PLACES, ACTIONS, GIVINGS, DOINGS } = words;
    const nouns = [...PEOPLE, ...ANIMALS, ...THINGS, ...PLACES];
    const stems = [...nouns, ...ACTIONS, ...GIVINGS.filter(({ base }) => base !== 'sell'), ...DOINGS].flatMap(
      ({ tavar }) => tavar,
    );
    expect(new Set(stems).size).toBe(stems.length);
    for (const { tavar } of nouns) for (const word of tavar) expect(word).toMatch(/[ao]$/);
  });
});

describe('stories', () => {
  it('have 4 to 8 whole sentences, and a summary of one', () => {
    const rng = makeRng(2);
    for (let i = 0; i < 500; i++) {
      const { sentences, summary, cast } = drawStory(rng);
      expect(sentences.length).toBeGreaterThanOrEqual(4);
      expect(sentences.length).toBeLessThanOrEqual(8);
      for (const text of [...sentences, summary]) {
        expect(text).toMatch(/^[A-Z][^{}[\]|.]*\.$/);
        expect(text).not.toMatch(/undefined|\b[Aa] [aeiou]/);
      }
      expect(summary).toContain(cast['h']);
    }
  });

  it('are summarised carelessly about as often as not', () => {
    const rng = makeRng(3);
    const right = Array.from({ length: 2000 }, () => {
      const story = drawStory(rng);
      return carelessSummary(rng, story) === story.summary;
    });
    const share = right.filter(Boolean).length / right.length;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });
});

describe.each(TASKS)('the prompts of %s', (task) => {
  const division = drawDivision(task, 1, 3000);
  const committed = (part: string) =>
    loadPrompts(path(`seq2seq/${task}-${part}.jsonl`)).map(({ prompt, row }) => ({
      source: prompt,
      reference: row['reference'],
    }));

  it('are those of seed 1', () => {
    const bare = (part: 'eval' | 'train') =>
      division[part].map(({ source, reference }) => ({ source, reference }));
    expect(committed('eval')).toEqual(bare('eval'));
    expect(committed('train')).toEqual(bare('train'));
    expect([division.eval.length, division.train.length]).toEqual([128, 2500]);
  });

  it('are in no two parts', () => {
    const sources = [division.eval, division.train, division.corpus].flat().map(({ source }) => source);
    expect(new Set(sources).size).toBe(128 + 2500 + 3000);
  });

  it('have targets that are often wrong in the corpus alone', () => {
    const wrong = division.corpus.filter(({ reference, careless }) => careless !== reference);
    expect(wrong.length / division.corpus.length).toBeGreaterThan(0.6);
  });
});

it('the model does both tasks in transformers.js, and neither perfectly', async () => {
  const folder = path('models/tavar');
  const tokenizer = await AutoTokenizer.from_pretrained(folder);
  const model = await AutoModelForSeq2SeqLM.from_pretrained(folder, { dtype: 'fp32' });
  const chrf = await createReward('similarity', { baseDirectory: '.' });
  for (const task of TASKS) {
    const prompts = loadPrompts(path(`seq2seq/${task}-eval.jsonl`)).slice(0, 24);
    const items = [];
    for (const { prompt, row } of prompts) {
      const output = await model.generate({ ...tokenizer(prompt), max_new_tokens: 48 });
      if (!(output instanceof Tensor)) throw new Error('generate gives a tensor');
      const [completion] = tokenizer.batch_decode(output, { skip_special_tokens: true });
      items.push({ prompt, completion, tokens: [], row });
    }
    const scores = [...(await scoreAll(chrf, items))];
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    expect(mean, task).toBeGreaterThan(0.7);
    expect(Math.min(...scores), task).toBeLessThan(0.95);
  }
  await model.dispose();
});
