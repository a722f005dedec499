/** The filters on sorted probabilities. */
export interface KeepOptions {
  topP?: number | undefined;
  minP?: number | undefined;
}

/**
 * How many of `count` outcomes top-p and min-p keep; at least one. As in transformers, top-p counts in what is there to
 * filter: after top-k, in its tokens' probabilities.
 * @param weights proportional to the probabilities, largest first
 */
export function keepLikeliest(
  weights: ArrayLike<number>,
  count: number,
  { topP = 1, minP = 0 }: KeepOptions,
): number {
  let kept = count;
  if (topP < 1) {
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[i];
    let before = weights[0];
    kept = 1;
    while (kept < count && before < topP * total) before += weights[kept++];
  }
  while (kept > 1 && weights[kept - 1] < minP * weights[0]) kept--;
  return kept;
}
