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
}

/** Tries out a decoder of `sidecar` on two tokens. */
export async function probeDecoder(decoder: Decoder, { hidden, states }: DecoderSidecar): Promise<Probe> {
  const outputs = [...new Set([hidden, ...states])];
  const forward = await decoder.withStates(outputs).forward(probeInput(1, 2));
  const widths = states.map((state) => forward.states[outputs.indexOf(state)].length);
  return { logits: forward.logits, hidden: forward.states[0], widths };
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
