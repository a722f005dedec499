import { generate } from '../engine/generate.js';
import type { DecodeStep, GivenSequence, LmInfo } from '../types.js';
import type { ReadingModel } from './readingModel.js';
import type { Recorder } from './recorder.js';

/** Reads sequences token by token, as if the model generated them: for graphs that show the last position alone. */
export async function follow(
  model: ReadingModel,
  info: LmInfo,
  sequences: readonly GivenSequence[],
  recorder: Recorder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const read = [...sequences.keys()].filter((i) => recorder.positions(i) > 0);
  if (read.length === 0) return;
  const nextTokens = ({ sequences: rows, positions, logits, hidden }: DecodeStep) =>
    rows.map((i, row) => {
      recorder.record(read[i], positions[row], { logits, states: hidden }, row);
      // Behind the last token any will do: it is never fed.
      return sequences[read[i]].completion[positions[row]] ?? 0;
    });
  // A state behind the last token asks for one more, which is not in the sequence and takes no room.
  const limits = { ...info, eosTokenIds: [], contextLength: Number.POSITIVE_INFINITY };
  await generate(
    (longest) => model.openBatch(longest),
    limits,
    read.map((i) => sequences[i].prompt),
    {
      maxNewTokens: Math.max(...read.map((i) => recorder.positions(i))),
      nextTokens,
      stop: (i, tokens) => tokens.length === recorder.positions(read[i]),
      ...(signal ? { signal } : {}),
    },
  );
}
