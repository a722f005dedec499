/** Most logits that may pass the threshold: beyond, a heap is as fast. */
const MOST_PASSING = 1024;
/** Most logits of the sample that are ranked. */
const MOST_RANKED = 64;
/** The sample has at least so many times `k` logits, and one in {@link WIDEST_STRIDE} of all. */
const SAMPLE_PER_K = 2;
const WIDEST_STRIDE = 16;

const values = new Float32Array(MOST_PASSING + 4);
const indices = new Int32Array(MOST_PASSING + 4);
const sorted = new Float32Array(MOST_PASSING + 4);
const sortedIndices = new Int32Array(MOST_PASSING + 4);
const buckets = new Uint8Array(MOST_PASSING + 4);
const BUCKETS = 128;
const ends = new Uint16Array(BUCKETS + 1);
const ranked = new Float32Array(MOST_RANKED);

/**
 * The `k` largest logits as {@link selectTopK} gives them, by a threshold that is guessed from every so many-th logit:
 * those that pass it are sorted. Several times as fast as a heap where `k` is a small part of them, since nearly all logits
 * are only compared with one number.
 * @returns false, with nothing written, where the guess was wrong or none is worth its while
 */
export function selectAbove(
  logits: Float32Array,
  offset: number,
  length: number,
  k: number,
  outIndices: Int32Array,
  outValues: Float32Array,
  outOffset: number,
): boolean {
  const stride = Math.min(WIDEST_STRIDE, Math.floor(length / (SAMPLE_PER_K * k)));
  if (stride < 2) return false;
  // More than the expected rank of the k-th logit in the sample, by some standard deviations.
  const expected = k / stride;
  const rank = Math.ceil(expected + 2 * Math.sqrt(expected) + 1);
  if (rank > MOST_RANKED) return false;
  const threshold = rankedInSample(logits, offset, offset + length, stride, rank);
  const passing = collect(logits, offset, length, threshold);
  if (passing < k || passing > MOST_PASSING) return false;
  sort(scatter(passing, k, threshold));
  for (let i = 0; i < k; i++) {
    outIndices[outOffset + i] = sortedIndices[i];
    outValues[outOffset + i] = sorted[i];
  }
  return true;
}

/** The `rank`-th largest of every `stride`-th logit. */
function rankedInSample(
  logits: Float32Array,
  start: number,
  end: number,
  stride: number,
  rank: number,
): number {
  ranked.fill(Number.NEGATIVE_INFINITY, 0, rank);
  for (let i = start; i < end; i += stride) {
    const logit = logits[i];
    if (!(logit > ranked[rank - 1])) continue;
    let place = rank - 1;
    for (; place > 0 && ranked[place - 1] < logit; place--) ranked[place] = ranked[place - 1];
    ranked[place] = logit;
  }
  return ranked[rank - 1];
}

/** Gathers the logits at or above a threshold, four at a time. @returns how many; of too many only the first are there */
function collect(logits: Float32Array, offset: number, length: number, threshold: number): number {
  let count = 0;
  let i = 0;
  for (; i + 4 <= length && count <= MOST_PASSING; i += 4) {
    const first = logits[offset + i];
    const second = logits[offset + i + 1];
    const third = logits[offset + i + 2];
    const fourth = logits[offset + i + 3];
    if (first >= threshold) count = keep(count, first, i);
    if (second >= threshold) count = keep(count, second, i + 1);
    if (third >= threshold) count = keep(count, third, i + 2);
    if (fourth >= threshold) count = keep(count, fourth, i + 3);
  }
  for (; i < length && count <= MOST_PASSING; i++) {
    if (logits[offset + i] >= threshold) count = keep(count, logits[offset + i], i);
  }
  return count;
}

function keep(count: number, logit: number, index: number): number {
  values[count] = logit;
  indices[count] = index;
  return count + 1;
}

/**
 * Puts what passed into buckets of equal width, the largest first: nearly in order, so that sorting them costs little.
 * The buckets behind the `k`-th logit are left out.
 * @returns how many were put
 */
function scatter(count: number, k: number, threshold: number): number {
  let largest = values[0];
  for (let i = 1; i < count; i++) if (values[i] > largest) largest = values[i];
  const perBucket = (BUCKETS - 1) / (largest - threshold);
  // Of no width, or of an infinite one: one bucket, and the sort does all.
  const scale = Number.isFinite(perBucket) ? perBucket : 0;
  ends.fill(0);
  for (let i = 0; i < count; i++) {
    const bucket = scale === 0 ? 0 : ((largest - values[i]) * scale) | 0;
    buckets[i] = bucket;
    ends[bucket + 1]++;
  }
  let last = 0;
  for (; ends[last + 1] + ends[last] < k; last++) ends[last + 1] += ends[last];
  const kept = ends[last + 1] + ends[last];
  for (let i = 0; i < count; i++) {
    if (buckets[i] > last) continue;
    const place = ends[buckets[i]]++;
    sorted[place] = values[i];
    sortedIndices[place] = indices[i];
  }
  return kept;
}

/** Insertion sort, the largest first; of equal ones the lower index. */
function sort(count: number): void {
  for (let i = 1; i < count; i++) {
    const value = sorted[i];
    const index = sortedIndices[i];
    let place = i - 1;
    for (; place >= 0 && isBehind(place, value, index); place--) {
      sorted[place + 1] = sorted[place];
      sortedIndices[place + 1] = sortedIndices[place];
    }
    sorted[place + 1] = value;
    sortedIndices[place + 1] = index;
  }
}

function isBehind(place: number, value: number, index: number): boolean {
  return sorted[place] < value || (sorted[place] === value && sortedIndices[place] > index);
}
