import type { Decoder } from '../decoder.js';
import type { Batch } from '../engine/batch.js';
import type { DecoderBatches } from '../engine/decoderBatches.js';
import { joinRows } from '../rows.js';
import type { Passed, PassOutputs, PassRow, ReadingModel } from './readingModel.js';

/** What {@link DecoderReading} reads of a model. */
export interface ReadingOutputs {
  /** The names of the outputs. */
  logits: string;
  states: readonly string[];
  vocabSize: number;
  /** Width of all states side by side. */
  stateSize: number;
}

/**
 * Reads completions through a decoder. Rows are padded on the right with tokens that no mask hides: attention,
 * convolutions and recurrences look back only, so a row never sees them, whatever the graph knows about padding.
 */
export class DecoderReading implements ReadingModel {
  private tried: Promise<boolean> | undefined;

  /** @param batches Of the same decoder, with the same states. */
  constructor(
    private readonly decoder: Decoder,
    private readonly outputs: ReadingOutputs,
    private readonly batches: DecoderBatches,
  ) {}

  seesAll(): Promise<boolean> {
    this.tried ??= this.tryTwoPositions();
    return this.tried;
  }

  async pass(rows: readonly PassRow[], { logits, states }: PassOutputs): Promise<Passed> {
    const width = Math.max(...rows.map(({ prompt, tokens }) => prompt.length + tokens.length));
    const shortest = Math.min(...rows.map(({ prompt }) => prompt.length));
    const positions = width - shortest + 1;
    const names = [...(logits ? [this.outputs.logits] : []), ...(states ? this.outputs.states : [])];
    const shown = await this.decoder.positions(inputOf(rows, width), positions, names);
    return {
      positions,
      first: rows.map(({ prompt }) => prompt.length - shortest),
      logits: logits ? shown[0] : undefined,
      states: states ? joinRows(shown.slice(logits ? 1 : 0), rows.length * positions) : undefined,
    };
  }

  openBatch(longest: number): Batch {
    return this.batches.open(longest);
  }

  private async tryTwoPositions(): Promise<boolean> {
    const both = { logits: true, states: true };
    const { logits, states } = await this.pass([{ prompt: [0], tokens: [0] }], both);
    const { vocabSize, stateSize } = this.outputs;
    return logits?.length === 2 * vocabSize && states?.length === 2 * stateSize;
  }
}

function inputOf(rows: readonly PassRow[], width: number) {
  const tokens = new BigInt64Array(rows.length * width);
  rows.forEach(({ prompt, tokens: more }, row) => {
    let at = row * width;
    for (const token of prompt) tokens[at++] = BigInt(token);
    for (const token of more) tokens[at++] = BigInt(token);
  });
  const positions = BigInt64Array.from(tokens, (_, i) => BigInt(i % width));
  return { rows: rows.length, width, tokens, positions, mask: new BigInt64Array(tokens.length).fill(1n) };
}
