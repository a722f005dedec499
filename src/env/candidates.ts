import { fastExp, NEGLIGIBLE } from '../common/index.js';
import { checkLargest, logSumExp, selectTopK } from '../lm/index.js';

/** The candidate actions of one batch of states and what the base model thinks of them. */
export interface Candidates {
  /** Ids, most likely first; `[rows, k]`. */
  ids: Int32Array;
  /** Log-probabilities under `pi_ref`: the base model at the temperature, renormalised over the candidates; `[rows, k]`. */
  reference: Float32Array;
  /** Base log-probabilities over the whole vocabulary at temperature 1; `[rows, k]`. NaN where only these are seen. */
  base: Float32Array;
  /** Probability that the base model, at the temperature, puts outside the candidates; `[rows]`. NaN as `base`. */
  outside: Float32Array;
}

/**
 * The `k` most likely tokens of every row of logits, `C(s)`. EOS is a candidate when it is among them.
 * @param logits `[rows, vocab]`; a token at -Infinity has no probability, even as a candidate.
 * @param whole Whether to look at the rest of the vocabulary too, for `base` and `outside`.
 * @throws InputError where every token of a row is at -Infinity.
 */
export function candidatesOf(
  logits: Float32Array,
  rows: number,
  k: number,
  temperature: number,
  whole = true,
): Candidates {
  const vocab = logits.length / rows;
  const found: Candidates = {
    ids: new Int32Array(rows * k),
    reference: new Float32Array(rows * k),
    base: new Float32Array(rows * k),
    outside: new Float32Array(rows),
  };
  const top = new Float32Array(rows * k);
  const scaled = new Float32Array(temperature === 1 || !whole ? 0 : vocab);
  for (let row = 0; row < rows; row++) {
    selectTopK(logits, row * vocab, vocab, k, found.ids, top, row * k);
    checkLargest(top[row * k]);
    const inside = normalise(top, found.reference, row * k, k, temperature);
    if (whole) compareWithAll(found, top, row, inside, logits, temperature, scaled);
    else {
      found.base.fill(Number.NaN, row * k, (row + 1) * k);
      found.outside[row] = Number.NaN;
    }
  }
  return found;
}

/** Turns `k` logits, largest first, into log-probabilities among themselves. @returns their log-sum-exp */
function normalise(
  top: Float32Array,
  into: Float32Array,
  offset: number,
  k: number,
  temperature: number,
): number {
  const scale = 1 / temperature;
  const best = top[offset];
  let sum = 0;
  for (let i = offset; i < offset + k; i++) sum += fastExp(Math.max((top[i] - best) * scale, NEGLIGIBLE));
  const total = best * scale + Math.log(sum);
  for (let i = offset; i < offset + k; i++) into[i] = top[i] * scale - total;
  return total;
}

/** Fills in a row's `base` and `outside`. `scaled` is scratch: `[vocab]` unless the temperature is 1. */
function compareWithAll(
  found: Candidates,
  top: Float32Array,
  row: number,
  inside: number,
  logits: Float32Array,
  temperature: number,
  scaled: Float32Array,
): void {
  const k = top.length / found.outside.length;
  const vocab = logits.length / found.outside.length;
  const all = logSumExp(logits, row * vocab, vocab);
  for (let i = row * k; i < (row + 1) * k; i++) found.base[i] = top[i] - all;
  const atTemperature =
    temperature === 1 ? all : scaledLogSumExp(logits, row * vocab, scaled, 1 / temperature);
  found.outside[row] = Math.max(0, 1 - Math.exp(inside - atTemperature));
}

/**
 * Makes a token a candidate of a state, in the place of the least likely one, unless it is one already.
 * @returns its place among the candidates
 */
export function includeToken(
  found: Candidates,
  logits: Float32Array,
  row: number,
  token: number,
  temperature: number,
): number {
  const k = found.ids.length / found.outside.length;
  const first = row * k;
  const place = found.ids.subarray(first, first + k).indexOf(token);
  if (place >= 0) return place;
  const last = first + k - 1;
  const offset = row * (logits.length / found.outside.length);
  const step = (logits[offset + token] - logits[offset + found.ids[last]]) / temperature;
  const gone = Math.exp(found.reference[last]);
  found.ids[last] = token;
  found.base[last] += step * temperature;
  found.reference[last] += step;
  // The probability that the new candidate has less than the old one is now outside.
  const inside = 1 - gone + Math.exp(found.reference[last]);
  for (let i = first; i <= last; i++) found.reference[i] -= Math.log(inside);
  found.outside[row] = 1 - inside * (1 - found.outside[row]);
  return k - 1;
}

/** Log-sum-exp of a row of logits times `scale`; `scaled` `[vocab]` is scratch. */
function scaledLogSumExp(logits: Float32Array, offset: number, scaled: Float32Array, scale: number): number {
  for (let i = 0; i < scaled.length; i++) scaled[i] = logits[offset + i] * scale;
  return logSumExp(scaled, 0, scaled.length);
}
