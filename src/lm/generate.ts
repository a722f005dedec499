import { InputError, Interrupted } from '../common/index.js';
import type { Decoder, DecoderInput, Forward } from './decoder.js';
import { takeRows } from './decoder.js';
import { batchRows, groupPrompts, type PromptGroup, packBatches, type Row } from './plan.js';
import { copyRows, joinRows } from './rows.js';
import type { Generated, GenerateOptions } from './types.js';

/** What the engine knows about the model. */
export interface EngineLimits {
  vocabSize: number;
  contextLength: number;
  eosTokenIds: readonly number[];
  /** Whether prompts of unequal length may share a batch, with padding on the left. */
  padding: boolean;
}

// On a CPU larger batches are no faster, and the cache of 32 sequences takes a quarter of the memory of 128.
const DEFAULT_MAX_BATCH = 32;
// Removing rows copies the KV cache of those that stay, so wait until this share of them has ended. From 1/16 to
// 1/4 it made no difference on models of 3 and 135 million weights; never removing any took 1.5 to 2 times as long.
const DEAD_SHARE = 0.125;

/** Continues every prompt; see `Lm.generate`. */
export async function generate(
  decoder: Decoder,
  limits: EngineLimits,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const { samples = 1, maxBatch = DEFAULT_MAX_BATCH } = options;
  checkCounts({ samples, maxBatch, maxNewTokens: options.maxNewTokens });
  prompts.forEach((prompt, index) => {
    checkPrompt(prompt, index, options.maxNewTokens, limits);
  });
  const results: Generated[] = Array.from({ length: prompts.length * samples }, () => ({
    tokens: [],
    finishReason: 'length',
  }));
  if (options.maxNewTokens === 0) return results;
  const batches = packBatches(groupPrompts(prompts, samples), maxBatch, limits.padding);
  for (const batch of batches) {
    throwIfAborted(options.signal);
    const input = prefillInput(batch);
    const prefill = await decoder.forward(input);
    const parts = batchRows(batch, maxBatch);
    for (const rows of parts) {
      const start = spread(prefill, input.rows, rows, limits.vocabSize, parts.length > 1);
      await decode(decoder, limits, options, rows, start, input.width, results);
    }
  }
  return results;
}

/** Generates the new tokens of a part's rows, whose prompts have been prefilled to `promptWidth`. */
async function decode(
  decoder: Decoder,
  limits: EngineLimits,
  options: GenerateOptions,
  part: readonly Row[],
  start: Forward,
  promptWidth: number,
  results: Generated[],
): Promise<void> {
  let rows = part;
  let forward = start;
  for (let length = promptWidth + 1; ; length++) {
    throwIfAborted(options.signal);
    await appendTokens(rows, forward, limits, options, results);
    const alive = indicesOf(rows, (row) => !row.finished);
    if (alive.length === 0) return;
    let { cache } = forward;
    if (rows.length - alive.length >= DEAD_SHARE * rows.length) {
      cache = takeRows(cache, rows.length, alive);
      rows = alive.map((i) => rows[i]);
    }
    forward = await decoder.forward({ ...stepInput(rows, promptWidth, length), cache });
  }
}

/** Asks for the next token of every running row and notes which rows end with it. */
async function appendTokens(
  rows: readonly Row[],
  forward: Forward,
  limits: EngineLimits,
  options: GenerateOptions,
  results: Generated[],
): Promise<void> {
  const live = indicesOf(rows, (row) => !row.finished);
  const tokens = await options.nextTokens({
    sequences: live.map((i) => rows[i].sequence),
    positions: live.map((i) => rows[i].tokens.length),
    logits: copyRows(forward.logits, forward.logits, limits.vocabSize, live),
    hidden: joinRows(forward.states, rows.length, live),
  });
  if (tokens.length !== live.length) {
    throw new RangeError(`nextTokens gave ${tokens.length} tokens for ${live.length} sequences`);
  }
  live.forEach((index, i) => {
    const row = rows[index];
    const token = tokens[i];
    if (!isToken(token, limits.vocabSize)) {
      throw new RangeError(`nextTokens gave ${token}, which is no token of the vocabulary`);
    }
    row.tokens.push(token);
    const stopped = limits.eosTokenIds.includes(token) || (options.stop?.(row.sequence, row.tokens) ?? false);
    row.finished = stopped || row.tokens.length >= options.maxNewTokens;
    if (row.finished) {
      results[row.sequence] = { tokens: row.tokens, finishReason: stopped ? 'stop' : 'length' };
    }
  });
}

/**
 * A prefill's results for every row of its prompts. A `shared` prefill serves other rows later, and is copied
 * because the caller may write into what it gets.
 */
function spread(
  prefill: Forward,
  groups: number,
  rows: readonly Row[],
  vocabSize: number,
  shared: boolean,
): Forward {
  const kept = rows.map((row) => row.group);
  if (!shared && kept.length === groups && kept.every((group, i) => group === i)) return prefill;
  const copy = (from: Float32Array, size: number) =>
    copyRows(from, new Float32Array(kept.length * size), size, kept);
  return {
    logits: copy(prefill.logits, vocabSize),
    states: prefill.states.map((state) => copy(state, state.length / groups)),
    cache: takeRows(prefill.cache, groups, kept),
  };
}

/** The prompts of a batch, padded on the left to the longest. */
function prefillInput(batch: readonly PromptGroup[]): DecoderInput {
  const rows = batch.length;
  const width = Math.max(...batch.map(({ prompt }) => prompt.length));
  const tokens = new BigInt64Array(rows * width);
  const mask = new BigInt64Array(rows * width);
  const positions = new BigInt64Array(rows * width);
  batch.forEach(({ prompt }, row) => {
    const start = (row + 1) * width - prompt.length;
    prompt.forEach((token, i) => {
      tokens[start + i] = BigInt(token);
      mask[start + i] = 1n;
      positions[start + i] = BigInt(i);
    });
  });
  return { rows, width, tokens, mask, positions, cache: undefined };
}

/** The newest token of every row. `length`: tokens of a row with padding, the newest included. */
function stepInput(rows: readonly Row[], promptWidth: number, length: number): Omit<DecoderInput, 'cache'> {
  const tokens = new BigInt64Array(rows.length);
  const positions = new BigInt64Array(rows.length);
  const mask = new BigInt64Array(rows.length * length).fill(1n);
  rows.forEach((row, i) => {
    // A row that has ended runs on until it is removed; what it computes is not read.
    tokens[i] = BigInt(row.tokens[row.tokens.length - 1]);
    const padding = promptWidth - row.promptLength;
    positions[i] = BigInt(length - 1 - padding);
    mask.fill(0n, i * length, i * length + padding);
  });
  return { rows: rows.length, width: 1, tokens, mask, positions };
}

function indicesOf(rows: readonly Row[], holds: (row: Row) => boolean): number[] {
  return [...rows.keys()].filter((i) => holds(rows[i]));
}

function isToken(token: number, vocabSize: number): boolean {
  return Number.isInteger(token) && token >= 0 && token < vocabSize;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted('generation was interrupted');
}

function checkCounts(counts: { samples: number; maxBatch: number; maxNewTokens: number }): void {
  for (const [name, value] of Object.entries(counts)) {
    const least = name === 'maxNewTokens' ? 0 : 1;
    if (!Number.isInteger(value) || value < least) {
      throw new InputError(`${name} is ${value}: it must be a whole number of at least ${least}`);
    }
  }
}

function checkPrompt(
  prompt: readonly number[],
  index: number,
  maxNewTokens: number,
  { vocabSize, contextLength }: EngineLimits,
): void {
  if (prompt.length === 0) throw new InputError(`prompt ${index} is empty: give it at least one token`);
  const strange = prompt.findIndex((token) => !isToken(token, vocabSize));
  if (strange !== -1) {
    throw new InputError(
      `prompt ${index} holds token ${prompt[strange]}, but the model's vocabulary has ${vocabSize} tokens`,
    );
  }
  if (prompt.length + maxNewTokens > contextLength) {
    throw new InputError(
      `prompt ${index} has ${prompt.length} tokens and ${maxNewTokens} new ones are asked for, but the model's ` +
        `context holds ${contextLength}: shorten the prompt or ask for fewer`,
    );
  }
}
