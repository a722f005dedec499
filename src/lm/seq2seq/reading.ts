import { AlignedBatch } from '../engine/alignedBatch.js';
import type { Batch } from '../engine/batch.js';
import type { StepForward } from '../engine/stepModel.js';
import type { Passed, PassOutputs, PassRow, ReadingModel } from '../reading/readingModel.js';
import { joinRows } from '../rows.js';
import type { EncoderDecoder } from './encoderDecoder.js';
import { nearlyEqual } from './probe.js';

/** A short source and target of the vocabulary's first tokens. */
const SOURCE = [0, 1, 0];
const TARGET = [1, 0];

/** Reads targets through an encoder-decoder model. */
export class Seq2SeqReading implements ReadingModel {
  private tried: Promise<boolean> | undefined;

  constructor(private readonly model: EncoderDecoder) {}

  /** Some decoders with a KV cache are made for one token at a time: what they show of several is compared with that. */
  seesAll(): Promise<boolean> {
    this.tried ??= this.compareWithSteps();
    return this.tried;
  }

  async pass(rows: readonly PassRow[], outputs: PassOutputs): Promise<Passed> {
    const targets = rows.map(({ tokens }) => tokens);
    const { logits, states } = await this.model.readTargets(
      rows.map(({ prompt }) => prompt),
      targets,
    );
    const before = this.model.openingLength - 1;
    const positions = before + 1 + Math.max(...targets.map(({ length }) => length));
    return {
      positions,
      first: rows.map(() => before),
      logits: outputs.logits ? logits : undefined,
      states: outputs.states ? joinRows(states, rows.length * positions) : undefined,
    };
  }

  openBatch(): Batch {
    return new AlignedBatch(this.model);
  }

  private async compareWithSteps(): Promise<boolean> {
    let seen: Float32Array;
    try {
      seen = (await this.model.readTargets([SOURCE], [TARGET])).logits;
    } catch {
      // Some graphs cannot take several tokens at all.
      return false;
    }
    let step: StepForward = await this.model.prefill([SOURCE]);
    const { length } = step.logits;
    for (let position = this.model.openingLength - 1; ; position++) {
      if (!nearlyEqual(seen.subarray(position * length, (position + 1) * length), step.logits)) return false;
      const token = TARGET[position - this.model.openingLength + 1];
      if (token === undefined) return true;
      step = await this.model.step({
        tokens: [token],
        padding: [0],
        length: position + 2,
        cache: step.cache,
      });
    }
  }
}
