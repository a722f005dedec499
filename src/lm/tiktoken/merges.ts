/** A merge of two tokens, as a byte-level vocabulary writes them. */
export type Merge = readonly [string, string];

/**
 * The merge that makes each token of several bytes.
 * @param ranks The id of each token.
 * @returns Undefined when a token cannot be made by merging two others.
 */
export function mergesOf(ranks: ReadonlyMap<string, number>): Merge[] | undefined {
  const merges: Merge[] = [];
  for (const [token, rank] of ranks) {
    if (token.length === 1) continue;
    const [left, right, ...more] = partsBelow(token, rank, ranks);
    if (right === undefined || more.length > 0) return undefined;
    merges.push([left, right]);
  }
  return merges;
}

/**
 * Whether a list of merges, taken in its order, leads to the same tokens as joining the neighbours that make the token of
 * the lowest id (the first of several), which is what tiktoken does. It does when its results never fall in id, and every
 * token's own merge is in it: of the pairs that make one token, no other is left side by side when its turn comes, so further
 * merges in the list change nothing.
 */
export function mergesAgree(merges: Iterable<Merge>, ranks: ReadonlyMap<string, number>): boolean {
  const needed = mergesOf(ranks);
  if (needed === undefined) return false;
  const missing = new Map(needed.map(([left, right]) => [left + right, left.length]));
  let last = -1;
  for (const [left, right] of merges) {
    const made = left + right;
    const rank = ranks.get(made);
    if (rank === undefined || rank < last) return false;
    last = rank;
    if (missing.get(made) === left.length) missing.delete(made);
  }
  return missing.size === 0;
}

/** What is left of a token's bytes when neighbours are joined into tokens of ids below `limit`, the lowest first. */
function partsBelow(token: string, limit: number, ranks: ReadonlyMap<string, number>): string[] {
  const parts = token.split('');
  for (;;) {
    let lowest = limit;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = ranks.get(parts[i] + parts[i + 1]) ?? limit;
      if (rank < lowest) {
        lowest = rank;
        at = i;
      }
    }
    if (at < 0) return parts;
    parts.splice(at, 2, parts[at] + parts[at + 1]);
  }
}
