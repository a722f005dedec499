import type { Decoder } from '../decoder.js';
import type { Batch, Forward, Prefill } from './batch.js';
import type { CacheSlots } from './cacheSlots.js';
import { type Beginning, readPrompts } from './readPrompts.js';

/** Rows of a decoder whose cache stays in place: they come and go while others are under way. */
export class SlotBatch implements Batch {
  readonly joins = true;
  private beginning: Beginning | undefined;

  /**
   * @param slots Emptied.
   * @param close Gives the slots back.
   */
  constructor(
    private readonly decoder: Decoder,
    private readonly slots: CacheSlots,
    readonly close: () => void,
  ) {}

  get mixes(): boolean {
    return this.decoder.takesPadding;
  }

  // Not every graph with recurrences reads several tokens at once behind others.
  get shares(): boolean {
    return !this.decoder.recurs;
  }

  async prefill(prompts: readonly (readonly number[])[], shared: number): Promise<Prefill> {
    const beginning = shared === 0 ? undefined : await this.readBeginning(prompts[0].slice(0, shared));
    return readPrompts(this.decoder, prompts, beginning);
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
    this.slots.update(result);
    return result;
  }

  private async readBeginning(tokens: readonly number[]): Promise<Beginning> {
    const known = this.beginning;
    if (known?.tokens.length === tokens.length && tokens.every((token, i) => token === known.tokens[i])) {
      return known;
    }
    const { cache } = await readPrompts(this.decoder, [tokens]);
    this.beginning = { tokens, cache };
    return this.beginning;
  }
}
