import { InputError, Interrupted } from '../../common/index.js';
import { checkPrompt, isToken } from '../engine/checks.js';
import type { GivenSequence, LmInfo, Reading, ReadOptions } from '../types.js';
import { follow } from './follow.js';
import { mostPositions, type Piece, planPasses } from './planPasses.js';
import type { ReadingModel } from './readingModel.js';
import { Recorder } from './recorder.js';

/** Reads given completions; see `Lm.read`. */
export async function readGiven(
  model: ReadingModel,
  info: LmInfo,
  sequences: readonly GivenSequence[],
  options: ReadOptions,
): Promise<Reading[]> {
  sequences.forEach((sequence, i) => {
    checkSequence(sequence, i, info);
  });
  checkCandidates(sequences, options.candidates, info.vocabSize);
  const recorder = new Recorder(sequences, options, info);
  if (await model.seesAll()) await readInPasses(model, info, sequences, recorder, options.signal);
  else await follow(model, info, sequences, recorder, options.signal);
  return [...recorder.readings];
}

async function readInPasses(
  model: ReadingModel,
  info: LmInfo,
  sequences: readonly GivenSequence[],
  recorder: Recorder,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { logits } = recorder.outputs;
  const most = logits ? mostPositions(info.vocabSize) : Number.POSITIVE_INFINITY;
  // The target of an encoder-decoder model stands apart from its prompt, and is read in one piece.
  const longest = info.kind === 'decoder' ? most : Number.POSITIVE_INFINITY;
  const pieces = sequences.flatMap((_, i) => piecesOf(sequences, i, recorder, longest));
  for (const pass of planPasses(pieces, most)) {
    if (signal?.aborted) throw new Interrupted('reading was interrupted');
    const { positions, first, ...shown } = await model.pass(pass, recorder.outputs);
    pass.forEach(({ sequence, start, shown: count }, row) => {
      const before = row * positions + first[row];
      for (let i = 0; i < count; i++) recorder.record(sequence, start + i, shown, before + i);
    });
  }
}

/** A sequence in pieces of at most `longest` positions: what stands before a piece is read again as its prompt. */
function piecesOf(
  sequences: readonly GivenSequence[],
  sequence: number,
  recorder: Recorder,
  longest: number,
): Piece[] {
  const { prompt, completion } = sequences[sequence];
  const positions = recorder.positions(sequence);
  const pieces: Piece[] = [];
  for (let start = 0; start < positions; start += longest) {
    const shown = Math.min(longest, positions - start);
    pieces.push({
      sequence,
      start,
      shown,
      prompt: start === 0 ? prompt : [...prompt, ...completion.slice(0, start)],
      // The last position is the one before a token that need not be fed.
      tokens: completion.slice(start, start + shown - 1),
    });
  }
  return pieces;
}

/** @throws InputError for a sequence that is longer than the context, empty or strange. */
function checkSequence({ prompt, completion }: GivenSequence, index: number, info: LmInfo): void {
  const { contextLength, sourceLength, vocabSize } = info;
  const length = completion.length + (sourceLength === undefined ? prompt.length : 0);
  if (length > contextLength) {
    const before = sourceLength === undefined ? ` behind a prompt of ${prompt.length}` : '';
    throw new InputError(
      `completion ${index} has ${completion.length} tokens${before}, but the model's context holds ${contextLength}: ` +
        'shorten it',
    );
  }
  checkPrompt(prompt, index, 0, info);
  const strange = completion.find((token) => !isToken(token, vocabSize));
  if (strange === undefined) return;
  throw new InputError(
    `completion ${index} holds token ${strange}, but the model's vocabulary has ${vocabSize} tokens`,
  );
}

function checkCandidates(
  sequences: readonly GivenSequence[],
  candidates: readonly Int32Array[] | undefined,
  vocabSize: number,
): void {
  if (candidates === undefined) return;
  if (candidates.length !== sequences.length) {
    throw new RangeError(`${candidates.length} lists of candidates for ${sequences.length} sequences`);
  }
  candidates.forEach((ids, i) => {
    const { length } = sequences[i].completion;
    if (length === 0 ? ids.length > 0 : ids.length % length !== 0) {
      throw new RangeError(`${ids.length} candidates for ${length} tokens: as many for each are needed`);
    }
    if (!ids.every((id) => isToken(id, vocabSize))) {
      throw new RangeError(`the candidates of sequence ${i} hold an id that is no token of the vocabulary`);
    }
  });
}
