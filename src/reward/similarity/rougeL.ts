/**
 * The ROUGE-L score of a text against the reference that it is nearest to, in [0, 1]: the F-measure of the longest common
 * subsequence of words. Words are runs of the letters a to z and digits, in lower case, so texts in other scripts have none.
 *
 * The numbers are those of the Python package rouge-score 0.1.2 without stemming (Lin 2004, "ROUGE: A Package for Automatic
 * Evaluation of Summaries").
 */
export function rougeL(text: string, references: readonly string[]): number {
  const words = alphanumericWords(text);
  return Math.max(...references.map((reference) => fMeasure(words, alphanumericWords(reference))));
}

function alphanumericWords(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function fMeasure(words: readonly string[], reference: readonly string[]): number {
  if (words.length === 0 || reference.length === 0) return 0;
  // 2 P R / (P + R), where P and R are the common length over each length.
  return (2 * longestCommonSubsequence(words, reference)) / (words.length + reference.length);
}

/** The length of the longest sequence of words that both have in this order, gaps allowed. */
function longestCommonSubsequence(left: readonly string[], right: readonly string[]): number {
  let row = new Uint32Array(right.length + 1);
  for (const word of left) {
    const next = new Uint32Array(right.length + 1);
    for (let i = 0; i < right.length; i++) {
      next[i + 1] = word === right[i] ? row[i] + 1 : Math.max(row[i + 1], next[i]);
    }
    row = next;
  }
  return row[right.length];
}
