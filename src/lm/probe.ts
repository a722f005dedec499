import type { Decoder, DecoderInput } from './decoder.js';
import type { DecoderSidecar } from './onnx/sidecar.js';

/** What the `lm_head` reads and gives for a short prompt, and how wide the states are. */
export interface Probe {
  /** `[vocab]`. */
  logits: Float32Array;
  /** The `lm_head`'s input; `[hidden]`. */
  hidden: Float32Array;
  /** Width of each of the sidecar's states. */
  widths: readonly number[];
  /**
   * What `hidden . row` must give for every token, and from which hidden state; where the product holds a bias, both
   * are differences of two positions, in which it cancels.
   */
  check: { product: Float32Array; hidden: Float32Array };
}

/** Tries out a decoder of `sidecar` on a few tokens. */
export async function probeDecoder(decoder: Decoder, sidecar: DecoderSidecar): Promise<Probe> {
  const { states } = sidecar;
  const outputs = [...new Set([sidecar.hidden, sidecar.product, ...states])];
  const probing = decoder.withStates(outputs);
  const first = await probing.forward(probeInput(1, 2));
  const widths = states.map((state) => first.states[outputs.indexOf(state)].length);
  const [hidden, product] = first.states;
  const check = { hidden, product };
  if (sidecar.biased) {
    const input = { ...probeStep(1, 3), tokens: BigInt64Array.of(1n), cache: first.cache };
    const second = await probing.forward(input);
    check.hidden = difference(second.states[0], check.hidden);
    check.product = difference(second.states[1], check.product);
  }
  return { logits: first.logits, hidden, widths, check };
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]);
}

/** A prompt of the vocabulary's first token, for trying out a graph: `[rows, width]`. */
export function probeInput(rows: number, width: number): DecoderInput {
  const positions = Array.from({ length: rows * width }, (_, i) => i % width);
  return inputOf(rows, width, width, positions);
}

/** One more of these tokens for every row, the `length`-th. */
export function probeStep(rows: number, length: number): DecoderInput {
  const positions = Array.from({ length: rows }, () => length - 1);
  return inputOf(rows, 1, length, positions);
}

function inputOf(rows: number, width: number, length: number, positions: readonly number[]): DecoderInput {
  return {
    rows,
    width,
    tokens: new BigInt64Array(rows * width),
    mask: new BigInt64Array(rows * length).fill(1n),
    positions: BigInt64Array.from(positions, BigInt),
    cache: undefined,
  };
}
