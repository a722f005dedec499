import { selectByThreshold } from './topkSelect.js';

/**
 * The `k` largest of `length` logits from `offset` on, by value, largest first; of equal ones the lower index
 * comes first. Allocates nothing. NaN never enters.
 * @param outIndices Gets the indices, counted from `offset`; `[k]` at `outOffset`.
 * @param outValues Gets the logits; `[k]` at `outOffset`.
 * @returns How many were written: `k`, or `length` when that is smaller.
 */
export function selectTopK(
  logits: Float32Array,
  offset: number,
  length: number,
  k: number,
  outIndices: Int32Array,
  outValues: Float32Array,
  outOffset: number,
): number {
  const count = Math.min(k, length);
  if (count <= 0) return 0;
  if (selectByThreshold(logits, offset, length, count, outIndices, outValues, outOffset)) return count;
  fillHeap(logits, offset, count, outIndices, outValues, outOffset);
  for (let i = count; i < length; i++) {
    const logit = logits[offset + i];
    if (logit > outValues[outOffset]) siftDown(outIndices, outValues, outOffset, count, 0, i, logit);
  }
  sortHeap(outIndices, outValues, outOffset, count);
  return count;
}

/** Makes a heap of the first `count` logits: the worst on top. */
function fillHeap(
  logits: Float32Array,
  offset: number,
  count: number,
  indices: Int32Array,
  values: Float32Array,
  base: number,
): void {
  for (let i = 0; i < count; i++) {
    const logit = logits[offset + i];
    indices[base + i] = i;
    // NaN compares false with everything and would block the heap.
    values[base + i] = Number.isNaN(logit) ? Number.NEGATIVE_INFINITY : logit;
  }
  for (let i = (count >> 1) - 1; i >= 0; i--) {
    siftDown(indices, values, base, count, i, indices[base + i], values[base + i]);
  }
}

/** Puts an entry at place `hole` of the heap and moves it down until no child is worse. */
function siftDown(
  indices: Int32Array,
  values: Float32Array,
  base: number,
  count: number,
  hole: number,
  index: number,
  value: number,
): void {
  let place = hole;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= count) break;
    if (child + 1 < count && isWorse(indices, values, base + child + 1, base + child)) child++;
    const childValue = values[base + child];
    if (childValue > value || (childValue === value && indices[base + child] < index)) break;
    indices[base + place] = indices[base + child];
    values[base + place] = childValue;
    place = child;
  }
  indices[base + place] = index;
  values[base + place] = value;
}

/** Whether entry `a` ranks behind entry `b`. */
function isWorse(indices: Int32Array, values: Float32Array, a: number, b: number): boolean {
  return values[a] < values[b] || (values[a] === values[b] && indices[a] > indices[b]);
}

/** Heap sort: the worst goes to the end, again and again, which leaves the best in front. */
function sortHeap(indices: Int32Array, values: Float32Array, base: number, count: number): void {
  for (let end = count - 1; end > 0; end--) {
    const index = indices[base + end];
    const value = values[base + end];
    indices[base + end] = indices[base];
    values[base + end] = values[base];
    siftDown(indices, values, base, end, 0, index, value);
  }
}

/**
 * Index of the largest of `length` logits from `offset` on, counted from `offset`; the first of equal ones. NaN is never the
 * largest.
 */
export function argmax(logits: Float32Array, offset: number, length: number): number {
  const row = logits.subarray(offset, offset + length);
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  let i = 0;
  // Four at a time, of which hardly any is larger, take less than half as long.
  for (; i + 3 < length; i += 4) {
    if (row[i] > largest || row[i + 1] > largest || row[i + 2] > largest || row[i + 3] > largest) {
      for (let j = i; j < i + 4; j++) {
        if (row[j] > largest) {
          largest = row[j];
          best = j;
        }
      }
    }
  }
  for (; i < length; i++) {
    if (row[i] > largest) {
      largest = row[i];
      best = i;
    }
  }
  return best;
}
