import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Lm, openLm } from '../../../src/lm/index.js';
import { DecoderReading } from '../../../src/lm/reading/decoderReading.js';
import { mostPositions, type Piece, planPasses } from '../../../src/lm/reading/planPasses.js';
import { writeTinyLm } from '../../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../temporary.js';
import { distance, stepByStep } from './stepByStep.js';

const bound = vi.hoisted(() => ({ positions: 0 }));
vi.mock('../../../src/lm/reading/planPasses.js', async (original) => {
  const real = await original<typeof import('../../../src/lm/reading/planPasses.js')>();
  return { ...real, mostPositions: (vocab: number) => bound.positions || real.mostPositions(vocab) };
});

const directory = temporaryDirectories();
afterEach(() => {
  bound.positions = 0;
  vi.restoreAllMocks();
});

function piece(sequence: number, prompt: number, tokens: number): Piece {
  const list = (length: number) => new Array<number>(length).fill(3);
  return { sequence, start: 0, shown: tokens + 1, prompt: list(prompt), tokens: list(tokens) };
}

/** The sequences of every pass. */
function planned(pieces: readonly Piece[], most = Number.POSITIVE_INFINITY): number[][] {
  return planPasses(pieces, most).map((pass) => pass.map(({ sequence }) => sequence));
}

describe('planPasses', () => {
  it('reads rows of about the same length together', () => {
    expect(planned([])).toEqual([]);
    expect(planned([piece(0, 100, 4), piece(1, 3, 4), piece(2, 101, 4), piece(3, 4, 4)])).toEqual([
      [1, 3],
      [0, 2],
    ]);
  });

  it('lets short rows have some padding, for a pass has a price of its own', () => {
    expect(planned([piece(0, 30, 4), piece(1, 3, 4)])).toEqual([[1, 0]]);
  });

  it('keeps to the positions whose logits may be shown, padding included', () => {
    // Rows of 10 tokens behind a prompt of 5: 6 positions each.
    const pieces = [0, 1, 2, 3, 4].map((sequence) => piece(sequence, 5, 5));
    expect(planned(pieces, 12)).toEqual([[0, 1], [2, 3], [4]]);
    // A shorter prompt has all rows show more.
    expect(planned([piece(0, 5, 5), piece(1, 4, 6)], 12)).toEqual([[1], [0]]);
    expect(planned([piece(0, 5, 5), piece(1, 4, 6)], 14)).toEqual([[1, 0]]);
    expect(planned(pieces, 1)).toEqual([[0], [1], [2], [3], [4]]);
  });

  it('keeps to the tokens that are read at once', () => {
    const pieces = [0, 1, 2, 3, 4].map((sequence) => piece(sequence, sequence === 4 ? 2000 : 400, 20));
    expect(planned(pieces)).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('counts 4 bytes a logit', () => {
    expect(mostPositions(2 ** 14)).toBe(1024);
    expect(mostPositions(2 ** 30)).toBe(1);
  });
});

describe('a completion with more positions than may be shown at once', () => {
  async function read(lm: Lm, positions: number) {
    bound.positions = positions;
    const sequences = [
      { prompt: [5, 9], completion: [2, 40, 7, 7, 12, 61, 3] },
      { prompt: [30, 4, 17], completion: [33, 8] },
    ];
    const candidates = sequences.map(({ completion }) => Int32Array.from(completion, (token) => token + 1));
    const readings = await lm.read(sequences, { states: true, candidates });
    for (const [i, { logProbs, states = [], candidates: found = [] }] of readings.entries()) {
      const seen = await stepByStep(lm, sequences[i]);
      expect(distance(logProbs, seen.logProbs)).toBeLessThan(1e-4);
      expect(distance(states, seen.states)).toBeLessThan(1e-4);
      const expected = seen.all.map((all, t) => all[candidates[i][t]]);
      expect(distance(found, expected)).toBeLessThan(1e-4);
    }
  }

  it.each([1, 2, 3, 5, 8])('is read in pieces of %i', async (positions) => {
    const passes = vi.spyOn(DecoderReading.prototype, 'pass');
    const lm = await openLm(writeTinyLm(directory()), { threads: 1 });
    await read(lm, positions);
    for (const { value } of passes.mock.settledResults.slice(1)) {
      const { logits } = await value;
      expect(logits.length / lm.info.vocabSize).toBeLessThanOrEqual(positions);
    }
    await lm.close();
  });
});
