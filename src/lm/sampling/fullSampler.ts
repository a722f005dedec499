import { fastExp, NEGLIGIBLE } from '../../common/index.js';
import { argmax } from '../topk.js';
import type { Bound } from './bound.js';
import { checkLargest } from './checkLargest.js';
import { nucleusOf } from './nucleus.js';
import type { TokenSampler } from './tokenSampler.js';

/** Tokens whose weights are summed together: a draw then looks into one block alone. */
const BLOCK = 512;

/** A row, and how its tokens are weighed. */
interface Weighed extends Bound {
  row: Float32Array;
  largest: number;
  temperature: number;
}

/**
 * Samples among the whole vocabulary, without sorting it: top-p and min-p are a bound on the logits, the weights
 * above it are summed by blocks, and the token is looked for in the block where the sum passes the draw.
 */
export function fullSampler(temperature: number, topP: number, minP: number): TokenSampler {
  const nucleus = topP < 1 ? nucleusOf(temperature, topP) : undefined;
  const reach = Math.max(Math.log(minP), NEGLIGIBLE) * temperature;
  let sums = new Float64Array(0);
  return (row, uniform) => {
    const largest = row[argmax(row, 0, row.length)];
    checkLargest(largest);
    const far = { least: largest + reach, lastEqual: row.length };
    const near = nucleus?.(row, largest) ?? far;
    const weighed = { row, largest, temperature, ...(near.least < far.least ? far : near) };
    const blocks = Math.ceil(row.length / BLOCK);
    if (sums.length !== blocks) sums = new Float64Array(blocks);
    let total = 0;
    for (let block = 0; block < blocks; block++) {
      sums[block] = sumBlock(weighed, block);
      total += sums[block];
    }
    return draw(weighed, sums, uniform * total);
  };
}

function sumBlock({ row, largest, temperature, least, lastEqual }: Weighed, block: number): number {
  const end = Math.min(row.length, (block + 1) * BLOCK);
  let sum = 0;
  for (let i = block * BLOCK; i < end; i++) {
    const logit = row[i];
    if (logit > least || (logit === least && i <= lastEqual)) {
      sum += fastExp((logit - largest) / temperature);
    }
  }
  return sum;
}

/** The token at which the sum of the weights passes `target`; the last one that may be drawn, where rounding hides it. */
function draw(weighed: Weighed, sums: Float64Array, target: number): number {
  let left = target;
  let chosen = 0;
  for (let block = 0; block < sums.length; block++) {
    if (sums[block] > 0) chosen = block;
    if (left < sums[block]) break;
    left -= sums[block];
  }
  return drawInBlock(weighed, chosen, left);
}

function drawInBlock(
  { row, largest, temperature, least, lastEqual }: Weighed,
  block: number,
  target: number,
): number {
  const end = Math.min(row.length, (block + 1) * BLOCK);
  let left = target;
  let drawn = 0;
  for (let i = block * BLOCK; i < end && left >= 0; i++) {
    const logit = row[i];
    if (logit > least || (logit === least && i <= lastEqual)) {
      left -= fastExp((logit - largest) / temperature);
      drawn = i;
    }
  }
  return drawn;
}
