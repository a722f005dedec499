import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import type { Forward } from './engine/batch.js';
import { isCache, isState, presentName } from './onnx/caches.js';
import type { DecoderSidecar } from './onnx/sidecar.js';
import { allocate, bytesOf } from './rows.js';
import type { Tensors } from './session.js';

/** What a forward pass gives, with the KV cache under the names of the inputs that it is fed back to. */
export interface CachedForward extends Forward {
  cache: Tensors;
}

/** What one more token of every row gives, with the newest column of every KV cache side by side. */
export interface NewestForward extends Forward {
  /** `[rows, heads, 1, caches * size]`. */
  newest: Tensor;
}

/** The names of a graph's outputs. */
export type DecoderOutputs = Pick<DecoderSidecar, 'logits' | 'states' | 'newest'>;

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

const KNOWN_INPUTS = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep'];

/** @throws InputError when a graph's inputs are not those of a decoder with a KV cache. */
export function checkDecoderInputs(names: readonly string[], file: string): void {
  const take = 'take a decoder-only language model';
  if (names.some((name) => name.includes('encoder_'))) {
    throw new InputError(
      `${file} belongs to an encoder-decoder model, which this version does not support: ${take}`,
    );
  }
  if (!names.some((name) => isCache(name))) {
    throw new InputError(
      `${file} has no KV cache (inputs past_key_values.*): export it with the task text-generation-with-past`,
    );
  }
  const strange = names.find((name) => !isCache(name) && !KNOWN_INPUTS.includes(name));
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
  private keepRank = 0;

  constructor(
    private readonly session: InferenceSession,
    private readonly outputs: DecoderOutputs,
  ) {
    for (const input of session.inputMetadata) {
      this.inputs.add(input.name);
      if (!input.isTensor) continue;
      if (isCache(input.name)) this.caches.push(input);
      else if (input.name === 'num_logits_to_keep') this.keepRank = input.shape.length;
    }
  }

  /** Whether the graph can tell padding on the left: it wants to be told each token's position. */
  get takesPadding(): boolean {
    const told = this.inputs.has('attention_mask') && this.inputs.has('position_ids');
    return told && !this.caches.some((cache) => isState(cache.name));
  }

  /** The same decoder with other outputs as its states. */
  withStates(states: readonly string[]): Decoder {
    return new Decoder(this.session, { ...this.outputs, states });
  }

  /** The inputs with the KV cache where it can stay in place ({@link KvSlots}), or undefined. */
  get slots(): readonly InferenceSession.TensorValueMetadata[] | undefined {
    return this.takesPadding && this.outputs.newest !== undefined ? this.caches : undefined;
  }

  /** Runs one forward pass and returns the whole KV cache. */
  async forward(input: DecoderInput): Promise<CachedForward> {
    const presents = this.caches.map(({ name }) => presentName(name));
    const results = await this.run(input, presents);
    const cache: Tensors = {};
    for (const { name } of this.caches) cache[name] = results[presentName(name)];
    return { ...this.shown(results, input.rows), cache };
  }

  /** Runs one forward pass of one token a row and returns only what it adds to the KV cache; for decoders with `slots`. */
  async step(input: DecoderInput): Promise<NewestForward> {
    const { newest } = this.outputs;
    if (newest === undefined) throw new TypeError('the graph does not show the newest columns of its cache');
    const results = await this.run(input, [newest]);
    return { ...this.shown(results, input.rows), newest: results[newest] };
  }

  private run(input: DecoderInput, more: readonly string[]): Promise<Tensors> {
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
    const { logits, states } = this.outputs;
    return this.session.run(feeds, [logits, ...states, ...more]);
  }

  private shown(results: Tensors, rows: number): Forward {
    const { logits, states } = this.outputs;
    return {
      logits: lastRows(results[logits], rows),
      states: states.map((state) => lastRows(results[state], rows)),
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

const ONE = BigInt64Array.of(1n);

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
