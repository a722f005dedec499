import type { Decoder } from '../decoder.js';
import type { StepForward, StepInput, StepModel } from '../stepModel.js';
import type { Prefill } from './batch.js';
import { paddedPrompts } from './prompts.js';

/** A decoder whose whole KV cache is handed from step to step, with padding on the left where it can tell it. */
export class LeftPadded implements StepModel {
  constructor(
    private readonly decoder: Decoder,
    readonly mixes: boolean,
  ) {}

  async prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    const input = paddedPrompts(prompts);
    const columns = prompts.map(({ length }) => [[input.width - length, input.width] as const]);
    return { ...(await this.decoder.forward(input)), columns };
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

  release(): Promise<void> {
    return this.decoder.release();
  }
}
