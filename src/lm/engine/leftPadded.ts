import type { Decoder } from '../decoder.js';
import type { Tensors } from '../session.js';
import type { Prefill } from './batch.js';
import { readPrompts } from './readPrompts.js';
import { type CachePart, stackRows } from './stackRows.js';
import type { StepForward, StepInput, StepModel } from './stepModel.js';

/** A decoder whose whole KV cache is handed from step to step, with padding on the left where it can tell it. */
export class LeftPadded implements StepModel {
  constructor(private readonly decoder: Decoder) {}

  get joins(): boolean {
    return this.decoder.takesPadding && this.decoder.widens;
  }

  get mixes(): boolean {
    return this.decoder.takesPadding;
  }

  prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    return readPrompts(this.decoder, prompts);
  }

  step({ tokens, padding, length, cache }: StepInput): Promise<StepForward> {
    const mask = new BigInt64Array(tokens.length * length).fill(1n);
    padding.forEach((columns, row) => {
      mask.fill(0n, row * length, row * length + columns);
    });
    return this.decoder.forward({
      rows: tokens.length,
      width: 1,
      tokens: BigInt64Array.from(tokens, BigInt),
      mask,
      positions: BigInt64Array.from(padding, (columns) => BigInt(length - 1 - columns)),
      cache,
    });
  }

  arrange(parts: readonly CachePart[], length: number): Tensors {
    const columns = { axis: 2, width: length, side: 'last' } as const;
    return stackRows(parts, () => (this.joins ? columns : undefined));
  }
}
