import type { Decoder } from '../decoder.js';
import type { Tensors } from '../session.js';
import type { Batch, Forward, Prefill } from './batch.js';
import type { KvSlots } from './kvSlots.js';
import { paddedEnds, paddedPrompts } from './prompts.js';

/** The common beginning of some prompts, read once. */
interface Beginning {
  tokens: readonly number[];
  cache: Tensors;
}

/** Rows of a decoder whose KV cache stays in place: they come and go while others are under way. */
export class SlotBatch implements Batch {
  readonly joins = true;
  readonly mixes = true;
  readonly shares = true;
  private beginning: Beginning | undefined;

  /**
   * @param slots Emptied.
   * @param close Gives the slots back.
   */
  constructor(
    private readonly decoder: Decoder,
    private readonly slots: KvSlots,
    readonly close: () => void,
  ) {}

  async prefill(prompts: readonly (readonly number[])[], shared: number): Promise<Prefill> {
    if (shared === 0) {
      const input = paddedPrompts(prompts);
      const columns = prompts.map((prompt) => [[input.width - prompt.length, input.width] as const]);
      return { ...(await this.decoder.forward(input)), columns };
    }
    const cache = await this.readBeginning(prompts[0].slice(0, shared));
    const input = paddedEnds(prompts, shared, cache);
    const ends = shared + input.width;
    const columns = prompts.map(({ length }) => {
      const before = Math.max(0, length - input.width);
      return [[0, before] as const, [ends - (length - before), ends] as const];
    });
    return { ...(await this.decoder.forward(input)), columns };
  }

  admit(prefill: Prefill, rows: readonly number[]): void {
    this.slots.admit(prefill, rows);
  }

  keep(kept: readonly number[]): void {
    this.slots.keep(kept);
  }

  async step(tokens: readonly number[]): Promise<Forward> {
    const cache = this.slots.feeds();
    const result = await this.decoder.step({
      rows: tokens.length,
      width: 1,
      tokens: BigInt64Array.from(tokens, BigInt),
      mask: this.slots.stepMask(),
      positions: BigInt64Array.from(this.slots.lengths, BigInt),
      cache,
    });
    this.slots.append(result.newest);
    return result;
  }

  private async readBeginning(tokens: readonly number[]): Promise<Tensors> {
    const known = this.beginning;
    if (known?.tokens.length === tokens.length && tokens.every((token, i) => token === known.tokens[i])) {
      return known.cache;
    }
    const { cache } = await this.decoder.forward(paddedPrompts([tokens]));
    this.beginning = { tokens, cache };
    return cache;
  }
}
