import { fastExp, NEGLIGIBLE } from '../../common/index.js';
import type { Bound } from './bound.js';

const BUCKETS_PER_NAT = 64;
/** They reach 32 nats below the largest logit; the last one holds everything beyond. */
const BUCKETS = 32 * BUCKETS_PER_NAT;

/**
 * Finds the nucleus of top-p in a whole row: probabilities are summed by buckets of like logits, and only the bucket
 * in which the sum passes `topP` is sorted. Of equal logits the lower ids stay.
 * @returns a function of a row `[vocab]` and its largest logit
 */
export function nucleusOf(temperature: number, topP: number): (row: Float32Array, largest: number) => Bound {
  const mass = new Float64Array(BUCKETS);
  let scratch = new Float32Array(0);
  return (row, largest) => {
    if (scratch.length !== row.length) scratch = new Float32Array(row.length);
    const target = topP * sumBuckets(row, largest, temperature, mass);
    let before = 0;
    let bucket = 0;
    while (bucket < BUCKETS - 1 && before + mass[bucket] < target) before += mass[bucket++];
    const passing = takeBucket(row, largest, temperature, bucket, scratch);
    return boundWithin(row, passing, target - before, (logit) => fastExp((logit - largest) / temperature));
  };
}

/** Sums the weights of each bucket; what is negligible is in none. @returns the sum of all */
function sumBuckets(row: Float32Array, largest: number, temperature: number, mass: Float64Array): number {
  mass.fill(0);
  let total = 0;
  for (let i = 0; i < row.length; i++) {
    const x = (row[i] - largest) / temperature;
    if (x >= NEGLIGIBLE) {
      const weight = fastExp(x);
      mass[bucketOf(x)] += weight;
      total += weight;
    }
  }
  return total;
}

/** The bucket's logits, smallest first, in `scratch`. */
function takeBucket(
  row: Float32Array,
  largest: number,
  temperature: number,
  bucket: number,
  scratch: Float32Array,
): Float32Array {
  // Most logits lie below, which a comparison tells; a bucket's width more allows for rounding.
  const last = bucket === BUCKETS - 1;
  const below = last ? NEGLIGIBLE - 1 : -(bucket + 2) / BUCKETS_PER_NAT;
  const least = largest + below * temperature;
  let count = 0;
  for (let i = 0; i < row.length; i++) {
    if (row[i] < least) continue;
    const x = (row[i] - largest) / temperature;
    if (x >= NEGLIGIBLE && bucketOf(x) === bucket) scratch[count++] = row[i];
  }
  return scratch.subarray(0, count).sort();
}

/** The bound that leaves of `sorted` the fewest of the largest logits whose weights reach `target`. */
function boundWithin(
  row: Float32Array,
  sorted: Float32Array,
  target: number,
  weightOf: (logit: number) => number,
): Bound {
  let least = Number.NEGATIVE_INFINITY;
  let equal = 0;
  let reached = 0;
  for (let i = sorted.length - 1; i >= 0 && (equal === 0 || reached < target); i--) {
    equal = sorted[i] === least ? equal + 1 : 1;
    least = sorted[i];
    reached += weightOf(least);
  }
  return { least, lastEqual: placeOf(row, least, equal) };
}

/** The index at which the `count`-th of the logits that equal `logit` is. */
function placeOf(row: Float32Array, logit: number, count: number): number {
  let place = -1;
  for (let found = 0; found < count; found++) place = row.indexOf(logit, place + 1);
  return place;
}

function bucketOf(x: number): number {
  return Math.min(BUCKETS - 1, (-x * BUCKETS_PER_NAT) | 0);
}
