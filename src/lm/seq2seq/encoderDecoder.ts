import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Forward, Prefill } from '../engine/batch.js';
import type { CachePart } from '../engine/stackRows.js';
import type { StepForward, StepInput, StepModel } from '../engine/stepModel.js';
import { isTargetCache, presentName } from '../onnx/caches.js';
import type { DecoderSidecar } from '../onnx/sidecar.js';
import { PADDING_INPUTS } from '../onnx/targetPadding.js';
import { allocateCache } from '../rows.js';
import type { Tensors } from '../session.js';
import { DECODER_INPUTS, ENCODED } from './graphs.js';
import { paddingInputs, stackTargets } from './targetColumns.js';

/** The graphs of a model, loaded. */
export interface Seq2SeqSessions {
  encoder: InferenceSession;
  /** Keys and values of the source. */
  memory: InferenceSession;
  /** The decoder without a KV cache, where the one with a KV cache cannot begin by itself. */
  first: LoadedDecoder | undefined;
  next: LoadedDecoder;
}

/** A decoder graph, and the names of its outputs. */
export interface LoadedDecoder {
  session: InferenceSession;
  outputs: DecoderSidecar;
}

/** Which of a decoder's outputs are the states. */
type Shown = (outputs: DecoderSidecar) => readonly string[];

/** How a target begins, and which tokens it never has. */
export interface TargetRules {
  opening: readonly number[];
  banned: readonly number[];
}

/**
 * An encoder-decoder model. A prompt is the source: it is encoded once, and what cross-attention reads of it stays in
 * the cache of its rows, with the mask that hides the padding on its right.
 */
export class EncoderDecoder implements StepModel {
  readonly mixes = true;

  get joins(): boolean {
    return this.sessions.next.session.inputNames.includes(PADDING_INPUTS.mask);
  }

  /** Tokens that a target begins with before its own. */
  get openingLength(): number {
    return this.rules.opening.length;
  }

  constructor(
    private readonly sessions: Seq2SeqSessions,
    private readonly rules: TargetRules,
    private readonly shown: Shown = ({ states }) => states,
  ) {}

  /** The same model with other outputs as its states, whose targets begin with the start token alone and may have any token. */
  showing(shown: Shown): EncoderDecoder {
    return new EncoderDecoder(this.sessions, { opening: this.rules.opening.slice(0, 1), banned: [] }, shown);
  }

  /** The same model with a decoder for the first token of its own. */
  withFirst(first: LoadedDecoder): EncoderDecoder {
    return new EncoderDecoder({ ...this.sessions, first }, this.rules, this.shown);
  }

  async prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    const source = await this.encode(prompts);
    const [start, ...forced] = this.rules.opening;
    let forward = await this.begin(source, start, prompts.length);
    for (const token of forced) forward = await this.advance(forward.cache, repeat(token, prompts.length));
    const columns = prompts.map(() => [[0, 1 + forced.length] as const]);
    return { ...forward, columns };
  }

  step({ tokens, cache, padding }: StepInput): Promise<StepForward> {
    return this.advance(cache, BigInt64Array.from(tokens, BigInt), padding);
  }

  arrange(parts: readonly CachePart[], length: number): Tensors {
    return stackTargets(parts, length);
  }

  /**
   * Reads the beginnings of targets, each behind the opening, in one forward pass. They are padded on the right, which
   * the decoder does not see as it looks back only.
   * @returns Logits `[rows, width, vocab]` and states, each `[rows, width, hidden]`; `width`: of the longest with its
   * opening.
   */
  async readTargets(
    prompts: readonly (readonly number[])[],
    targets: readonly (readonly number[])[],
  ): Promise<Forward> {
    const source = await this.encode(prompts);
    const { tokens } = padRight(targets.map((target) => [...this.rules.opening, ...target]));
    const { first, next } = this.sessions;
    const { session, outputs } = first ?? next;
    const states = this.shown(outputs);
    const padding = paddingInputs(none(prompts.length), 0, tokens.dims[1]);
    const feeds = feedsOf(session, { ...this.withoutTarget(source), ...padding, input_ids: tokens });
    const results = await session.run(feeds, [...new Set([outputs.logits, ...states])]);
    return {
      logits: this.withoutBanned(floatsOf(results[outputs.logits]), tokens.dims[0] * tokens.dims[1]),
      states: states.map((state) => floatsOf(results[state])),
    };
  }

  async release(): Promise<void> {
    const { encoder, memory, first, next } = this.sessions;
    for (const session of [encoder, memory, first?.session, next.session]) await session?.release();
  }

  /** What the decoder's graphs read of the sources, under the names of their inputs. */
  private async encode(prompts: readonly (readonly number[])[]): Promise<Tensors> {
    const { tokens, mask } = padRight(prompts);
    const { encoder, memory, next } = this.sessions;
    const results = await encoder.run(feedsOf(encoder, { input_ids: tokens, attention_mask: mask }), [
      ENCODED,
    ]);
    const source: Tensors = { [DECODER_INPUTS.encoded]: results[ENCODED], [DECODER_INPUTS.mask]: mask };
    // Some graphs take the number of rows from the target's tokens.
    const start = new Tensor('int64', repeat(this.rules.opening[0], prompts.length), [prompts.length, 1]);
    const known = await memory.run(feedsOf(memory, { ...source, input_ids: start }));
    for (const name of next.session.inputNames) {
      const present = known[presentName(name)];
      if (present !== undefined) source[name] = present;
    }
    return source;
  }

  /** The forward pass of the first token. */
  private begin(source: Tensors, token: number, rows: number): Promise<StepForward> {
    const { first, next } = this.sessions;
    const tokens = repeat(token, rows);
    if (first !== undefined) return this.run(first, source, tokens);
    return this.run(next, this.withoutTarget(source), tokens);
  }

  /** The cache of targets that have not begun. */
  private withoutTarget(source: Tensors): Tensors {
    const cache = { ...source };
    for (const name of this.sessions.next.session.inputNames.filter(isTargetCache)) {
      const { type, dims } = source[name.replace('.decoder.', '.encoder.')];
      cache[name] = new Tensor(type, allocateCache(type, 0), [dims[0], dims[1], 0, dims[3]]);
    }
    return cache;
  }

  private advance(cache: Tensors, tokens: BigInt64Array, padding?: readonly number[]): Promise<StepForward> {
    return this.run(this.sessions.next, cache, tokens, padding);
  }

  private async run(
    { session, outputs }: LoadedDecoder,
    past: Tensors,
    tokens: BigInt64Array,
    padding: readonly number[] = none(tokens.length),
  ): Promise<StepForward> {
    const rows = tokens.length;
    const states = this.shown(outputs);
    const remembered = this.sessions.next.session.inputNames.filter(isRemembered);
    const targets = remembered.filter(isTargetCache);
    const presents = targets.map(presentName);
    const columns = past[targets[0]]?.dims[2] ?? 0;
    const feeds = feedsOf(session, {
      ...past,
      ...paddingInputs(padding, columns, 1),
      input_ids: new Tensor('int64', tokens, [rows, 1]),
    });
    const fetches = new Set([outputs.logits, ...states, ...presents]);
    const results = await session.run(feeds, [...fetches]);
    const cache = remembered.map((name) => [
      name,
      isTargetCache(name) ? results[presentName(name)] : past[name],
    ]);
    return {
      logits: this.withoutBanned(floatsOf(results[outputs.logits]), rows),
      states: states.map((state) => floatsOf(results[state])),
      cache: Object.fromEntries(cache),
    };
  }

  /** Makes banned tokens impossible, in place. */
  private withoutBanned(logits: Float32Array, rows: number): Float32Array {
    const vocabSize = logits.length / rows;
    for (const token of this.rules.banned.filter((banned) => banned < vocabSize)) {
      for (let i = token; i < logits.length; i += vocabSize) logits[i] = Number.NEGATIVE_INFINITY;
    }
    return logits;
  }
}

/** Whether an input is the same at the next step, or made by this one. */
function isRemembered(input: string): boolean {
  return input !== 'input_ids' && !Object.values<string>(PADDING_INPUTS).includes(input);
}

/** No padding in so many rows. */
function none(rows: number): number[] {
  return new Array<number>(rows).fill(0);
}

/** Those of `values` that a graph reads. */
function feedsOf(session: InferenceSession, values: Tensors): Tensors {
  return Object.fromEntries(session.inputNames.map((name) => [name, values[name]]));
}

/** Sources side by side, padded on the right to the longest, and 1 for each token that is none of padding. */
function padRight(prompts: readonly (readonly number[])[]): { tokens: Tensor; mask: Tensor } {
  const rows = prompts.length;
  const width = Math.max(...prompts.map(({ length }) => length));
  const tokens = new BigInt64Array(rows * width);
  const mask = new BigInt64Array(rows * width);
  prompts.forEach((prompt, row) => {
    prompt.forEach((token, i) => {
      tokens[row * width + i] = BigInt(token);
    });
    mask.fill(1n, row * width, row * width + prompt.length);
  });
  const dims = [rows, width];
  return { tokens: new Tensor('int64', tokens, dims), mask: new Tensor('int64', mask, dims) };
}

function repeat(token: number, rows: number): BigInt64Array {
  return new BigInt64Array(rows).fill(BigInt(token));
}

function floatsOf({ data, type }: Tensor): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new TypeError(`expected float32, got ${type}`);
}
