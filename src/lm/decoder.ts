import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import type { Forward } from './engine/batch.js';
import { isCache, isState, presentName } from './onnx/caches.js';
import type { DecoderSidecar } from './onnx/sidecar.js';
import { allocate } from './rows.js';
import type { Tensors } from './session.js';

/** What a forward pass gives, with the KV cache under the names of the inputs that it is fed back to. */
export interface CachedForward extends Forward {
  cache: Tensors;
}

/** What one more token of every row changes in a cache that stays in place. */
export interface StepUpdate {
  /** The newest column of every KV cache side by side; `[rows, heads, 1, caches * size]`. */
  newest: Tensor;
  /** The states of convolutions and recurrences, under the names of the inputs that they are fed back to. */
  recurrent: Tensors;
}

/** The inputs that hold a cache which can stay in place. */
export interface CacheLayout {
  /** Keys and values, in the order in which a step returns their columns. */
  columns: readonly InferenceSession.TensorValueMetadata[];
  /** The states of convolutions and recurrences: `[rows, ...]`, of fixed size. */
  recurrent: readonly InferenceSession.TensorValueMetadata[];
  /** Whether attention counts the ones of the mask, and takes as many columns from the first on. */
  counted: boolean;
}

/** What to run of a graph. */
export type DecoderOutputs = Pick<DecoderSidecar, 'logits' | 'states' | 'newest' | 'attention'>;

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

  /** Whether the graph can tell padding on the left. */
  get takesPadding(): boolean {
    return this.tellsTokens && !this.recurs;
  }

  /** Whether the graph has the states of convolutions or recurrences. */
  get recurs(): boolean {
    return this.caches.some(({ name }) => isState(name));
  }

  /** The same decoder with other outputs as its states. */
  withStates(states: readonly string[]): Decoder {
    return new Decoder(this.session, { ...this.outputs, states });
  }

  /** Whether a row's keys and values can be given more columns of padding: each is `[rows, heads, columns, size]`. */
  get widens(): boolean {
    return this.caches.every(({ shape }) => shape.length === 4 && typeof shape[2] === 'string');
  }

  /** The inputs with the cache where it can stay in place, or undefined. */
  get slots(): CacheLayout | undefined {
    const counted = this.outputs.attention === 'counted';
    const recurrent = this.caches.filter(({ name }) => isState(name));
    const fits = (counted || this.tellsTokens) && this.outputs.newest !== undefined;
    if (!fits || !recurrent.every(({ shape }) => isRowWise(shape))) return undefined;
    return { columns: this.caches.filter(({ name }) => !isState(name)), recurrent, counted };
  }

  /** Whether the graph can tell wherever a row's tokens stand: it wants to be told each token's position. */
  private get tellsTokens(): boolean {
    const told = this.inputs.has('attention_mask') && this.inputs.has('position_ids');
    return told && this.outputs.attention === 'masked';
  }

  /** Runs one forward pass and returns the whole KV cache. */
  async forward(input: DecoderInput): Promise<CachedForward> {
    const presents = this.caches.map(({ name }) => presentName(name));
    const results = await this.run(input, presents);
    const cache: Tensors = {};
    for (const { name } of this.caches) cache[name] = results[presentName(name)];
    return { ...this.shown(results, input.rows), cache };
  }

  /** Runs one forward pass of one token a row and returns only what it changes in the cache; for decoders with `slots`. */
  async step(input: DecoderInput): Promise<Forward & StepUpdate> {
    const { newest } = this.outputs;
    if (newest === undefined) throw new TypeError('the graph does not show the newest columns of its cache');
    const states = this.caches.map(({ name }) => name).filter(isState);
    const results = await this.run(input, [newest, ...states.map(presentName)]);
    const recurrent = Object.fromEntries(states.map((name) => [name, results[presentName(name)]]));
    return { ...this.shown(results, input.rows), newest: results[newest], recurrent };
  }

  /**
   * Runs one forward pass without a KV cache.
   * @param kept Positions of every row to show, the last ones; graphs that show only one give fewer.
   * @returns Of each output `[rows, kept, size]`.
   */
  async positions(
    input: Omit<DecoderInput, 'cache'>,
    kept: number,
    outputs: readonly string[],
  ): Promise<Float32Array[]> {
    const results = await this.session.run(this.feeds({ ...input, cache: undefined }, BigInt(kept)), outputs);
    return outputs.map((output) => lastPositions(results[output], input.rows, kept));
  }

  private run(input: DecoderInput, more: readonly string[]): Promise<Tensors> {
    const { logits, states } = this.outputs;
    return this.session.run(this.feeds(input, 1n), [logits, ...states, ...more]);
  }

  private feeds(input: DecoderInput, kept: bigint): Tensors {
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
      feeds['num_logits_to_keep'] = new Tensor('int64', BigInt64Array.of(kept), dims);
    }
    for (const cache of this.caches) {
      feeds[cache.name] = input.cache?.[cache.name] ?? emptyCache(cache, rows);
    }
    return feeds;
  }

  private shown(results: Tensors, rows: number): Forward {
    const { logits, states } = this.outputs;
    return {
      logits: lastPositions(results[logits], rows, 1),
      states: states.map((state) => lastPositions(results[state], rows, 1)),
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** Whether a state is one of fixed size for every row: `[rows, ...]`. */
function isRowWise([rows, ...sizes]: readonly (number | string)[]): boolean {
  return typeof rows === 'string' && sizes.every((size) => typeof size === 'number');
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

/** The last `kept` positions of `[rows, ..., size]`; the tensor's own array where it has no more. */
function lastPositions(tensor: Tensor, rows: number, kept: number): Float32Array {
  const { data, dims } = tensor;
  if (!(data instanceof Float32Array)) throw new TypeError(`expected float32, got ${tensor.type}`);
  const size = dims[dims.length - 1];
  const positions = data.length / (rows * size);
  if (positions <= kept) return data;
  const last = new Float32Array(rows * kept * size);
  for (let row = 0; row < rows; row++) {
    const end = (row + 1) * positions * size;
    last.set(data.subarray(end - kept * size, end), row * kept * size);
  }
  return last;
}
