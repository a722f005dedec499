import type { PassRow } from './readingModel.js';

// Logits are copied on their way out of ONNX Runtime, so a pass takes twice this memory for them.
const MOST_LOGITS_BYTES = 2 ** 26;
// Tokens, padding included, that a pass reads: on a CPU 4,096 were a quarter slower on a model of 2 million weights. A
// longer row has a pass to itself.
const MOST_READ = 1024;
// Padding that a pass may read: this share of its tokens, or so many, for a pass has a price of its own.
const PADDING_SHARE = 0.1;
const LEAST_PADDING = 64;

/** Tokens of a sequence that are read in one pass. */
export interface Piece extends PassRow {
  /** The sequence's index. */
  sequence: number;
  /** How many tokens of the completion stand before the piece, and so at the end of its `prompt`. */
  start: number;
  /** Positions to look at. */
  shown: number;
}

/** Positions whose logits a pass may give. */
export function mostPositions(vocabSize: number): number {
  return Math.max(1, Math.floor(MOST_LOGITS_BYTES / (Float32Array.BYTES_PER_ELEMENT * vocabSize)));
}

/**
 * Puts pieces together for as few passes as the bounds allow: rows of about the same length, which need little padding.
 * @param most Positions that a pass may show, of all rows together; a piece with more has a pass to itself.
 */
export function planPasses(pieces: readonly Piece[], most: number): Piece[][] {
  const passes: Piece[][] = [];
  let pass: Piece[] = [];
  let read = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (const piece of [...pieces].sort(byLength)) {
    // The longest so far.
    const width = lengthOf(piece);
    const rows = pass.length + 1;
    const all = read + width;
    const least = Math.min(shortest, piece.prompt.length);
    const padding = rows * width - all;
    const fits =
      rows * width <= MOST_READ &&
      rows * (width - least + 1) <= most &&
      padding <= Math.max(LEAST_PADDING, PADDING_SHARE * all);
    if (fits || pass.length === 0) {
      pass.push(piece);
      read = all;
      shortest = least;
    } else {
      passes.push(pass);
      pass = [piece];
      read = width;
      shortest = piece.prompt.length;
    }
  }
  return pass.length === 0 ? passes : [...passes, pass];
}

function byLength(a: Piece, b: Piece): number {
  return lengthOf(a) - lengthOf(b) || a.prompt.length - b.prompt.length;
}

function lengthOf({ prompt, tokens }: PassRow): number {
  return prompt.length + tokens.length;
}
