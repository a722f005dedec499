/** How often each n-gram occurs. */
export type Counts = ReadonlyMap<string, number>;

/** Counts the runs of `n` words; the words hold no spaces. */
export function wordNgrams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= words.length; i++) add(counts, words.slice(i, i + n).join(' '));
  return counts;
}

/** Counts the runs of `n` Unicode code points. */
export function characterNgrams(text: string, n: number): Map<string, number> {
  const starts = codePointStarts(text);
  const counts = new Map<string, number>();
  for (let i = 0; i + n < starts.length; i++) add(counts, text.slice(starts[i], starts[i + n]));
  return counts;
}

/** The sum of all counts. */
export function total(counts: Counts): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** How many n-grams of `left` occur in `right` too, each at most as often as there. */
export function matches(left: Counts, right: Counts): number {
  let sum = 0;
  for (const [ngram, count] of left) sum += Math.min(count, right.get(ngram) ?? 0);
  return sum;
}

/** Where each code point starts, in code units, and where the text ends. */
function codePointStarts(text: string): number[] {
  const starts = [0];
  let at = 0;
  for (const character of text) {
    at += character.length;
    starts.push(at);
  }
  return starts;
}

function add(counts: Map<string, number>, ngram: string): void {
  counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
}
