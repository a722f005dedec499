import type { Rng } from '../../generator/rng.js';
import { type Adjective, AND, NOT, type Noun, type Verb } from './lexicon.js';
import { type Clause, isMany, type Meaning, type Phrase, type Tense } from './meaning.js';

/** What a careless translator gets wrong. */
export type Slip =
  | 'order' // the verb where English has it
  | 'adjective' // an adjective before its noun
  | 'class' // an adjective or article of the other class
  | 'case' // an object without its ending
  | 'number' // a verb without the ending of its plural subject
  | 'regular' // an irregular form made regular
  | 'foreign' // a word left in English
  | 'twice'; // a word said twice

/** Whether this translator slips here. */
export type Slips = (slip: Slip) => boolean;

/** The translator that makes no slip. */
export const careful: Slips = () => false;

/** The ending of a phrase by its part in the sentence. */
type Case = 'subject' | 'object' | 'recipient' | 'place';

const CASE_ENDING: Record<Case, string> = { subject: '', object: 'm', recipient: 'lu', place: 'de' };
const TENSE_ENDING: Record<Tense, string> = { past: 'ul', present: 'es', future: 'ir' };
const other = { a: 'o', o: 'a' };

/** Puts sentences into Tavar; the random source chooses among synonyms. */
export class Translator {
  constructor(
    private readonly rng: Rng,
    private readonly slips: Slips,
  ) {}

  /** The sentence in Tavar, such as `lisv zaklo hirtiso so thesode hantak lebatrom vanilul.` */
  translate({ first, second }: Meaning): string {
    const words = this.clause(first);
    if (second) words.push(this.plain(second.joiner), ...this.clause(second.clause));
    return `${words.flatMap((word) => (this.slips('twice') ? [word, word] : [word])).join(' ')}.`;
  }

  private clause(it: Clause): string[] {
    const object = it.object ? this.phrase(it.object, 'object') : [];
    const verb = [...(it.negated ? [NOT] : []), this.verb(it.verb, it.tense, isMany(it.subject))];
    const adverb = it.adverb ? [this.plain(it.adverb)] : [];
    return [
      ...(it.time ? [this.plain(it.time)] : []),
      ...this.phrase(it.subject, 'subject'),
      ...(this.slips('order')
        ? [...verb, ...object, ...this.circumstances(it), ...adverb]
        : [...this.circumstances(it), ...object, ...adverb, ...verb]),
    ];
  }

  private circumstances(it: Clause): string[] {
    return [
      ...(it.place ? this.phrase({ noun: it.place, determiner: 'the', many: false }, 'place') : []),
      ...(it.recipient ? this.phrase(it.recipient, 'recipient') : []),
    ];
  }

  /** `sa vuka hirtisa`: the article, the noun with its ending, and the adjective. */
  private phrase(it: Phrase, part: Case): string[] {
    if ('names' in it) {
      const last = it.names.length - 1;
      return it.names.flatMap((name, i) => [
        ...(i > 0 ? [AND] : []),
        i === last ? this.name(name, part) : name,
      ]);
    }
    const { noun, determiner, many, adjective } = it;
    const counted = typeof determiner === 'object';
    const { text, vowel } = this.noun(noun, many && !counted, part);
    const before = counted
      ? [this.plain(determiner)]
      : determiner === 'the'
        ? [`s${many ? 'i' : this.agree(vowel)}`]
        : [];
    if (!adjective) return [...before, text];
    const described = this.word(
      adjective.english,
      adjective.tavar.map((stem) => `${stem}${many ? 'i' : this.agree(vowel)}`),
    );
    return this.slips('adjective') ? [...before, described, text] : [...before, text, described];
  }

  /** A name takes the ending of a recipient alone. */
  private name(name: string, part: Case): string {
    return part === 'recipient' ? `${name}-${CASE_ENDING.recipient}` : name;
  }

  private agree(vowel: 'a' | 'o'): string {
    return this.slips('class') ? other[vowel] : vowel;
  }

  private noun(noun: Noun, many: boolean, part: Case): { text: string; vowel: 'a' | 'o' } {
    const stem = this.rng.pick(noun.tavar);
    const vowel = stem.endsWith('a') ? 'a' : 'o';
    if (this.slips('foreign')) return { text: many ? noun.many : noun.one, vowel };
    const irregular = noun.tavarMany !== undefined && !this.slips('regular') ? noun.tavarMany : undefined;
    const number = many ? (irregular ?? `${stem}ri`) : stem;
    const ending = part === 'object' && this.slips('case') ? '' : CASE_ENDING[part];
    return { text: `${number}${ending}`, vowel };
  }

  private verb(verb: Verb, tense: Tense, many: boolean): string {
    if (this.slips('foreign')) return tense === 'past' ? verb.past : verb.base;
    const irregular = tense === 'past' && !this.slips('regular') ? verb.tavarPast : undefined;
    const stem = irregular ?? `${this.rng.pick(verb.tavar)}${TENSE_ENDING[tense]}`;
    return many && !this.slips('number') ? `${stem}en` : stem;
  }

  private plain({ english, tavar }: Adjective): string {
    return this.word(english, tavar);
  }

  private word(english: string, tavar: readonly string[]): string {
    const word = this.rng.pick(tavar);
    return this.slips('foreign') ? english : word;
  }
}
