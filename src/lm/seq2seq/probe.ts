import { AlignedBatch } from '../engine/alignedBatch.js';
import type { StepForward } from '../engine/stepModel.js';
import type { Probe } from '../probe.js';
import type { EncoderDecoder } from './encoderDecoder.js';

/** A short source of the vocabulary's first tokens. */
const SOURCE = [0, 1, 0];
// Rounding of 8 bits, in units of the largest logit; another position or mask is off by more.
const ROUNDING = 0.02;

/** Tries out a model on a few tokens. */
export async function probeSeq2Seq(model: EncoderDecoder, biased: boolean): Promise<Probe> {
  const probing = model.showing(({ hidden, product, states }) => [hidden, product, ...states]);
  const first = await probing.prefill([SOURCE]);
  const [hidden, product, ...states] = first.states;
  const check = { hidden, product };
  if (biased) {
    const second = await nextStep(probing, first);
    check.hidden = hidden.map((value, i) => second.states[0][i] - value);
    check.product = product.map((value, i) => second.states[1][i] - value);
  }
  return { logits: first.logits, hidden, widths: states.map(({ length }) => length), check };
}

function nextStep(model: EncoderDecoder, { cache }: StepForward): Promise<StepForward> {
  return model.step({ tokens: [1], padding: [0], length: 2, cache });
}

/**
 * Whether the decoder with a KV cache gives for the first token, with an empty one, what the decoder without gives.
 * @param model Without a decoder of its own for the first token.
 * @param reference With one.
 */
export async function beginsByItself(model: EncoderDecoder, reference: EncoderDecoder): Promise<boolean> {
  const none = () => [];
  const expected = (await reference.showing(none).prefill([SOURCE])).logits;
  let found: Float32Array;
  try {
    found = (await model.showing(none).prefill([SOURCE])).logits;
  } catch {
    // Some graphs cannot take an empty cache at all.
    return false;
  }
  return nearlyEqual(found, expected);
}

/** A source that is longer, and the tokens of two targets, the second of which begins while the first is under way. */
const LONG_SOURCE = [0, 1, 1, 0, 1, 0];
const TARGETS = [
  [2, 3, 2, 2, 3, 2, 3],
  [3, 2],
] as const;

/**
 * Whether a target that begins while another is under way gives what it gives alone, and so does the other one.
 * @param model With the inputs that tell of padding.
 */
export async function joinsTargets(model: EncoderDecoder): Promise<boolean> {
  const showing = model.showing(() => []);
  const [long, short] = TARGETS;
  const late = long.length - short.length;
  try {
    const batch = new AlignedBatch(showing);
    batch.admit(await batch.prefill([SOURCE]), [0]);
    for (const token of long.slice(0, late)) await batch.step([token]);
    batch.admit(await batch.prefill([LONG_SOURCE]), [0]);
    let logits: Float32Array = new Float32Array(0);
    for (const [i, token] of short.entries()) ({ logits } = await batch.step([long[late + i], token]));
    const vocabSize = logits.length / 2;
    return (
      nearlyEqual(logits.subarray(0, vocabSize), await lastLogits(showing, SOURCE, long)) &&
      nearlyEqual(logits.subarray(vocabSize), await lastLogits(showing, LONG_SOURCE, short))
    );
  } catch {
    // The mask or the positions have another shape than was taken for granted.
    return false;
  }
}

/** The logits behind a target's tokens, of a batch of its own. */
async function lastLogits(
  model: EncoderDecoder,
  source: readonly number[],
  target: readonly number[],
): Promise<Float32Array> {
  const batch = new AlignedBatch(model);
  batch.admit(await batch.prefill([source]), [0]);
  let logits: Float32Array = new Float32Array(0);
  for (const token of target) ({ logits } = await batch.step([token]));
  return logits;
}

/** Whether logits are those expected, but for rounding. Banned ones, at -Infinity, are in both. */
export function nearlyEqual(found: Float32Array, expected: Float32Array): boolean {
  const finite = expected.filter((value) => value !== Number.NEGATIVE_INFINITY);
  const scale = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return expected.every(
    (value, i) => found[i] === value || Math.abs(found[i] - value) <= ROUNDING * scale + 1e-3,
  );
}
