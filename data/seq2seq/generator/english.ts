import type { Verb } from './lexicon.js';
import { type Clause, isMany, type Meaning, type Phrase } from './meaning.js';

function phrase(it: Phrase): string {
  if ('names' in it) return it.names.join(' and ');
  const { noun, determiner, many, adjective } = it;
  const words = [...(adjective ? [adjective.english] : []), many ? noun.many : noun.one];
  const article = typeof determiner === 'object' ? determiner.english : determiner;
  return [article === 'a' && /^[aeiou]/.test(words[0]) ? 'an' : article, ...words].join(' ');
}

/** `carries`, `washes`, `sees` */
function thirdPerson({ base }: Verb): string {
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ies`;
  return `${base}${/(?:s|x|ch|sh)$/.test(base) ? 'es' : 's'}`;
}

function verbOf({ verb, tense, negated, subject }: Clause): string {
  if (tense === 'future') return `will ${negated ? 'not ' : ''}${verb.base}`;
  if (tense === 'past') return negated ? `did not ${verb.base}` : verb.past;
  if (isMany(subject)) return `${negated ? 'do not ' : ''}${verb.base}`;
  return negated ? `does not ${verb.base}` : thirdPerson(verb);
}

function clause(it: Clause): string {
  return [
    it.time?.english,
    phrase(it.subject),
    verbOf(it),
    it.object && phrase(it.object),
    it.recipient && `to ${phrase(it.recipient)}`,
    it.place && `at the ${it.place.one}`,
    it.adverb?.english,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The sentence in English, such as `Yesterday an old baker saw two kites at the river.` */
export function inEnglish({ first, second }: Meaning): string {
  const text = [clause(first), ...(second ? [second.joiner.english, clause(second.clause)] : [])].join(' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
