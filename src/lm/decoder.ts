import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import { allocate, bytesOf } from './rows.js';
import type { Tensors } from './session.js';

/** What a forward pass of a batch gives. */
export interface Forward {
  /** Next-token logits; `[rows, vocab]`. */
  logits: Float32Array;
  /** What a state is made of, at the last position; each `[rows, hidden]`. */
  states: readonly Float32Array[];
  /** The KV cache, under the names of the inputs that it is fed back to. */
  cache: Tensors;
}

/** The tokens to feed, left-padded: `[rows, width]`. */
export interface DecoderInput {
  rows: number;
  width: number;
  tokens: BigInt64Array;
  /** 1 for each token in the cache or in `tokens`, 0 for padding; `[rows, past + width]`. */
  mask: BigInt64Array;
  /** Position of each token in its sequence; `[rows, width]`. */
  positions: BigInt64Array;
  /** The KV cache of the tokens before; undefined at the start. */
  cache: Tensors | undefined;
}

// `past_key_values.0.key` becomes `present.0.key`, and the state of a convolution `past_conv.0` `present_conv.0`.
const CACHE_INPUT = /^past_(key_values|conv|ssm|recurrent)\./;
const STATE_INPUT = /^past_(conv|ssm|recurrent)\./;
const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'];

/** @throws InputError when a graph's inputs are not those of a decoder with a KV cache. */
export function checkDecoderInputs(names: readonly string[], file: string): void {
  const take = 'take a decoder-only language model';
  if (names.some((name) => name.includes('encoder_'))) {
    throw new InputError(
      `${file} belongs to an encoder-decoder model, which this version does not support: ${take}`,
    );
  }
  if (!names.some((name) => CACHE_INPUT.test(name))) {
    throw new InputError(
      `${file} has no KV cache (inputs past_key_values.*): export it with the task text-generation-with-past`,
    );
  }
  const strange = names.find((name) => !CACHE_INPUT.test(name) && !KNOWN_INPUTS.includes(name));
  if (strange !== undefined) {
    throw new InputError(
      `${file} wants the input '${strange}', which this version does not support: ${take}`,
    );
  }
}

/**
 * A decoder graph with its KV cache as inputs `past_key_values.*` and outputs `present.*`. A hybrid one has the states
 * of convolutions or recurrences as well, such as `past_conv.*`, which take in every token, padding too.
 */
export class Decoder {
  private readonly caches: InferenceSession.TensorValueMetadata[] = [];
  private readonly inputs = new Set<string>();
  private readonly fetches: string[];
  private keepRank = 0;

  /**
   * @param logits Name of the output with the logits.
   * @param states Names of the outputs that a state is made of.
   */
  constructor(
    private readonly session: InferenceSession,
    private readonly logits: string,
    private readonly states: readonly string[],
  ) {
    for (const input of session.inputMetadata) {
      this.inputs.add(input.name);
      if (!input.isTensor) continue;
      if (CACHE_INPUT.test(input.name)) this.caches.push(input);
      else if (input.name === 'num_logits_to_keep') this.keepRank = input.shape.length;
    }
    this.fetches = [logits, ...states, ...this.caches.map((cache) => presentName(cache.name))];
  }

  /** Whether the graph can tell padding on the left: it wants to be told each token's position. */
  get takesPadding(): boolean {
    const told = this.inputs.has('attention_mask') && this.inputs.has('position_ids');
    return told && !this.caches.some((cache) => STATE_INPUT.test(cache.name));
  }

  /** The same decoder with other outputs as its states. */
  withStates(states: readonly string[]): Decoder {
    return new Decoder(this.session, this.logits, states);
  }

  /** Runs one forward pass. */
  async forward(input: DecoderInput): Promise<Forward> {
    const { rows, width } = input;
    const feeds: Tensors = { input_ids: new Tensor('int64', input.tokens, [rows, width]) };
    if (this.inputs.has('attention_mask')) {
      feeds['attention_mask'] = new Tensor('int64', input.mask, [rows, input.mask.length / rows]);
    }
    if (this.inputs.has('position_ids')) {
      feeds['position_ids'] = new Tensor('int64', input.positions, [rows, width]);
    }
    if (this.inputs.has('num_logits_to_keep')) {
      const dims = Array.from({ length: this.keepRank }, () => 1);
      feeds['num_logits_to_keep'] = new Tensor('int64', ONE, dims);
    }
    for (const cache of this.caches) {
      feeds[cache.name] = input.cache?.[cache.name] ?? emptyCache(cache, rows);
    }
    const results = await this.session.run(feeds, this.fetches);
    const cache: Tensors = {};
    for (const { name } of this.caches) cache[name] = results[presentName(name)];
    return {
      logits: lastRows(results[this.logits], rows),
      states: this.states.map((state) => lastRows(results[state], rows)),
      cache,
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

const ONE = BigInt64Array.of(1n);

function presentName(input: string): string {
  return input.replace(/^past_key_values/, 'present').replace(/^past_/, 'present_');
}

/** A cache of no tokens: sizes that vary are the batch, or the length 0. A state of fixed size is all zeros. */
function emptyCache(cache: InferenceSession.TensorValueMetadata, rows: number): Tensor {
  const dims = cache.shape.map((size) => {
    if (typeof size === 'number') return size;
    return size.includes('batch') ? rows : 0;
  });
  const length = dims.reduce((product, size) => product * size, 1);
  return new Tensor(cache.type, allocate(cache.type, length), dims);
}

/** The last position of `[rows, ..., size]`; the tensor's own array where it has only that. */
function lastRows(tensor: Tensor, rows: number): Float32Array {
  const { data, dims } = tensor;
  if (!(data instanceof Float32Array)) throw new TypeError(`expected float32, got ${tensor.type}`);
  const size = dims[dims.length - 1];
  const positions = data.length / (rows * size);
  if (positions === 1) return data;
  const last = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * positions * size;
    last.set(data.subarray(end - size, end), row * size);
  }
  return last;
}

/** The KV cache with only the rows in `kept`, in that order; a row may stand there several times. */
export function takeRows(cache: Tensors, rows: number, kept: readonly number[]): Tensors {
  const taken: Tensors = {};
  for (const [name, tensor] of Object.entries(cache)) taken[name] = takeTensorRows(tensor, rows, kept);
  return taken;
}

function takeTensorRows(tensor: Tensor, rows: number, kept: readonly number[]): Tensor {
  const rowElements = tensor.size / rows;
  const data = allocate(tensor.type, rowElements * kept.length);
  const [from, to] = [bytesOf(tensor.data), bytesOf(data)];
  const rowBytes = from.length / rows;
  kept.forEach((row, i) => {
    to.set(from.subarray(row * rowBytes, (row + 1) * rowBytes), i * rowBytes);
  });
  return new Tensor(tensor.type, data, [(tensor.dims[0] / rows) * kept.length, ...tensor.dims.slice(1)]);
}
