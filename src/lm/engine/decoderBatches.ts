import type { CacheLayout, Decoder } from '../decoder.js';
import type { LmDevice } from '../device/types.js';
import { AlignedBatch } from './alignedBatch.js';
import type { Batch } from './batch.js';
import { CacheSlots } from './cacheSlots.js';
import { COLUMN_CHUNK } from './kvSlots.js';
import { LeftPadded } from './leftPadded.js';
import { SlotBatch } from './slotBatch.js';

/** What decides how a decoder's rows may be batched, beside its graph. */
export interface Batching {
  /** Tokens that attention looks back, where the model's attention has a window. */
  window: number | undefined;
  /** Where the decoder runs. */
  device: LmDevice;
}

/** Makes empty batches of a decoder. */
export class DecoderBatches {
  /** The last batch's cache, for the next one: making room for it again would cost more than keeping it. */
  private spare: CacheSlots | undefined;

  constructor(
    private readonly decoder: Decoder,
    private readonly batching: Batching,
  ) {}

  /**
   * A batch whose cache stays in place where it can.
   * @param longest Most tokens that a row will have.
   */
  open(longest: number): Batch {
    const layout = this.decoder.slots;
    if (layout === undefined || !this.staysInPlace(layout, longest)) {
      return new AlignedBatch(new LeftPadded(this.decoder));
    }
    const slots = this.spare ?? new CacheSlots(layout);
    this.spare = undefined;
    slots.reset();
    return new SlotBatch(this.decoder, slots, () => {
      this.spare = slots;
    });
  }

  /**
   * Where columns are counted, only the CPU's kernel was seen to take rows of unequal length, and a window counts tokens.
   * Elsewhere a window counts columns, and the unused ones of a row may push its oldest tokens out of it.
   */
  private staysInPlace({ counted }: CacheLayout, longest: number): boolean {
    const { window, device } = this.batching;
    if (counted) return device === 'cpu';
    return window === undefined || longest + COLUMN_CHUNK <= window;
  }
}
