import { Interrupted } from '../../common/index.js';
import { copyRows, joinRows } from '../rows.js';
import type { Generated, GenerateOptions } from '../types.js';
import type { Batch, Prefill } from './batch.js';
import { checkCounts, checkPrompt, type EngineLimits, isToken } from './checks.js';
import { byLength, groupPrompts, type PromptGroup, shareBeginnings, takeGroups } from './queue.js';

// On a CPU larger batches are no faster, and the cache of 32 sequences takes a quarter of the memory of 128.
const DEFAULT_MAX_BATCH = 32;
// A prefill costs a small model as much as a step, so new rows come in once this share of the places is free.
const FREE_SHARE = 0.25;

/** A running sequence. */
interface Row {
  sequence: number;
  prompt: readonly number[];
  /** The new tokens. */
  tokens: number[];
  finished: boolean;
}

/** Prompts that have been read, with the sequences that have not begun yet: each goes on from the prompt `from`. */
interface Admission {
  prefill: Prefill;
  waiting: { row: Row; from: number }[];
}

/**
 * Continues every prompt; see `Lm.generate`.
 * @param openBatch Gives an empty batch for rows of at most `longest` tokens.
 */
export async function generate(
  openBatch: (longest: number) => Batch,
  limits: EngineLimits,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
): Promise<Generated[]> {
  const { samples = 1, maxBatch = DEFAULT_MAX_BATCH, maxNewTokens } = options;
  checkCounts({ samples, maxBatch, maxNewTokens });
  prompts.forEach((prompt, index) => {
    checkPrompt(prompt, index, maxNewTokens, limits);
  });
  if (maxNewTokens === 0) return Array.from({ length: prompts.length * samples }, ended);
  const longest = prompts.reduce((most, { length }) => Math.max(most, length), 0);
  const batch = openBatch(longest + maxNewTokens);
  try {
    return await new Generation(batch, limits, options, maxBatch).run(prompts, samples);
  } finally {
    batch.close();
  }
}

function ended(): Generated {
  return { tokens: [], finishReason: 'length' };
}

/** One call of {@link generate}. */
class Generation {
  private readonly results: Generated[] = [];
  private rows: Row[] = [];
  private waiting: PromptGroup[] = [];
  private admission: Admission | undefined;
  /** Logits of the rows that come in together; `[rows, vocab]`. */
  private spread = new Float32Array(0);

  constructor(
    private readonly batch: Batch,
    private readonly limits: EngineLimits,
    private readonly options: GenerateOptions,
    private readonly maxBatch: number,
  ) {}

  async run(prompts: readonly (readonly number[])[], samples: number): Promise<Generated[]> {
    const groups = groupPrompts(prompts, samples);
    this.waiting = this.batch.shares ? shareBeginnings(groups) : byLength(groups);
    for (;;) {
      while (this.mayAdmit()) await this.admit();
      if (this.rows.length === 0) return this.results;
      this.throwIfAborted();
      const { rows } = this;
      const forward = await this.batch.step(rows.map(({ tokens }) => tokens[tokens.length - 1]));
      await this.appendTokens(rows, forward.logits, joinRows(forward.states, rows.length));
      this.release();
    }
  }

  private mayAdmit(): boolean {
    if (this.admission === undefined && this.waiting.length === 0) return false;
    if (this.rows.length === 0) return true;
    return this.batch.joins && this.maxBatch - this.rows.length >= FREE_SHARE * this.maxBatch;
  }

  /** Lets as many sequences begin as there are places. */
  private async admit(): Promise<void> {
    this.throwIfAborted();
    const places = this.maxBatch - this.rows.length;
    this.admission ??= await this.read(places);
    const { prefill, waiting } = this.admission;
    const some = waiting.splice(0, places);
    if (waiting.length === 0) this.admission = undefined;
    const rows = some.map(({ row }) => row);
    const from = some.map((each) => each.from);
    const { logits, hidden } = this.spreadOver(prefill, from, waiting.length === 0);
    await this.appendTokens(rows, logits, hidden);
    const alive = indicesOf(rows, (row) => !row.finished);
    if (alive.length === 0) return;
    this.batch.admit(
      prefill,
      alive.map((i) => from[i]),
    );
    this.rows.push(...alive.map((i) => rows[i]));
  }

  /** Reads the prompts that are next. */
  private async read(places: number): Promise<Admission> {
    const groups = takeGroups(this.waiting, places, this.batch.mixes);
    const prefill = await this.batch.prefill(
      groups.map(({ prompt }) => prompt),
      groups[0].shared,
    );
    const waiting = groups.flatMap(({ prompt, sequences }, from) =>
      sequences.map((sequence) => ({ row: { sequence, prompt, tokens: [], finished: false }, from })),
    );
    return { prefill, waiting: waiting.sort((a, b) => a.row.sequence - b.row.sequence) };
  }

  /** A prefill's logits and hidden states for rows that go on from its prompts; copied unless they are read once. */
  private spreadOver({ logits, states, columns }: Prefill, from: readonly number[], last: boolean) {
    const hidden = joinRows(states, columns.length);
    const width = hidden.length / columns.length;
    const spreadHidden = copyRows(hidden, new Float32Array(from.length * width), width, from);
    if (last && from.length === columns.length && from.every((prompt, i) => prompt === i)) {
      return { logits, hidden: spreadHidden };
    }
    const { vocabSize } = this.limits;
    const size = from.length * vocabSize;
    if (this.spread.length < size) this.spread = new Float32Array(size);
    return { logits: copyRows(logits, this.spread, vocabSize, from), hidden: spreadHidden };
  }

  /** Asks for the next token of every row and notes which rows end with it. */
  private async appendTokens(
    rows: readonly Row[],
    logits: Float32Array,
    hidden: Float32Array,
  ): Promise<void> {
    const tokens = await this.options.nextTokens({
      sequences: rows.map(({ sequence }) => sequence),
      positions: rows.map((row) => row.tokens.length),
      prompts: rows.map(({ prompt }) => (this.limits.sourceLength === undefined ? prompt : [])),
      tokens: rows.map((row) => row.tokens),
      logits,
      hidden,
    });
    if (tokens.length !== rows.length) {
      throw new RangeError(`nextTokens gave ${tokens.length} tokens for ${rows.length} sequences`);
    }
    rows.forEach((row, i) => {
      this.append(row, tokens[i]);
    });
  }

  private append(row: Row, token: number): void {
    const { vocabSize, eosTokenIds } = this.limits;
    if (!isToken(token, vocabSize)) {
      throw new RangeError(`nextTokens gave ${token}, which is no token of the vocabulary`);
    }
    row.tokens.push(token);
    const { stop, maxNewTokens } = this.options;
    const stopped = eosTokenIds.includes(token) || (stop?.(row.sequence, row.tokens) ?? false);
    row.finished = stopped || row.tokens.length >= maxNewTokens;
    if (row.finished) {
      this.results[row.sequence] = { tokens: row.tokens, finishReason: stopped ? 'stop' : 'length' };
    }
  }

  /** Lets the rows that have finished leave; the last ones take their places. */
  private release(): void {
    const { rows } = this;
    if (rows.every((row) => !row.finished)) return;
    const alive = indicesOf(rows, (row) => !row.finished);
    const kept = alive.slice();
    const movable = alive.filter((i) => i >= alive.length).reverse();
    rows.slice(0, alive.length).forEach((row, i) => {
      kept[i] = row.finished ? (movable.pop() ?? i) : i;
    });
    this.batch.keep(kept);
    this.rows = kept.map((i) => rows[i]);
  }

  private throwIfAborted(): void {
    if (this.options.signal?.aborted) throw new Interrupted('generation was interrupted');
  }
}

function indicesOf(rows: readonly Row[], holds: (row: Row) => boolean): number[] {
  return [...rows.keys()].filter((i) => holds(rows[i]));
}
