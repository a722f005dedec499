const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

const run = /[\p{L}\p{M}\p{N}_]+(?:['\u2019][\p{L}\p{M}\p{N}_]+)*/gu;
/** Scripts that leave no space between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The words of a text in any script: punctuation is none, `don't` is one, `well-known` is two. */
export function wordsOf(text: string): string[] {
  // Intl.Segmenter takes quadratic time on a long text, so it sees only the runs that need it.
  const runs = text.match(run) ?? [];
  return runs.flatMap((word) => (unspaced.test(word) ? segments(word) : word));
}

function segments(text: string): string[] {
  return [...segmenter.segment(text)].filter((part) => part.isWordLike).map((part) => part.segment);
}

/** How many sentences a text has, by the Unicode rules. A stretch without a letter or digit is none. */
export function countSentences(text: string): number {
  return [...sentences.segment(text)].filter((part) => /[\p{L}\p{N}]/u.test(part.segment)).length;
}

/** The start of a text on one line, quoted, for messages. */
export function excerpt(text: string): string {
  const characters = [...text];
  return JSON.stringify(characters.length > 60 ? `${characters.slice(0, 60).join('')}...` : text);
}
