import type { Decoder } from '../decoder.js';
import type { Batch } from './batch.js';
import { COLUMN_CHUNK, KvSlots } from './kvSlots.js';
import { LeftPadded } from './leftPadded.js';
import { LockstepBatch } from './lockstepBatch.js';
import { SlotBatch } from './slotBatch.js';

/** How a decoder's rows may be batched. */
export interface Batching {
  /** Whether prompts of unequal length may share a batch, with padding on the left. */
  padding: boolean;
  /** Tokens that attention looks back, where the model's attention has a window. */
  window: number | undefined;
}

/** Makes empty batches of a decoder. */
export class DecoderBatches {
  /** The last batch's cache, for the next one: making room for it again would cost more than keeping it. */
  private spare: KvSlots | undefined;

  constructor(
    private readonly decoder: Decoder,
    private readonly batching: Batching,
  ) {}

  /**
   * A batch whose cache stays in place where it can: not with a window, which counts columns, once the unused columns of
   * a row may push its oldest tokens out of it.
   * @param longest Most tokens that a row will have.
   */
  open(longest: number): Batch {
    const { padding, window } = this.batching;
    const seen = window === undefined || longest + COLUMN_CHUNK <= window;
    const caches = padding && seen ? this.decoder.slots : undefined;
    if (caches === undefined) return new LockstepBatch(new LeftPadded(this.decoder, padding));
    const slots = this.spare ?? new KvSlots(caches);
    this.spare = undefined;
    slots.reset();
    return new SlotBatch(this.decoder, slots, () => {
      this.spare = slots;
    });
  }
}
