import { afterEach, describe, expect, it, vi } from 'vitest';
import { type GivenSequence, type Lm, openLm } from '../../../src/lm/index.js';
import { Seq2SeqReading } from '../../../src/lm/seq2seq/reading.js';
import { copySeq2Seq, MERGED, SEPARATE } from '../../fixtures/lm/seq2seq.js';
import { temporaryDirectories } from '../temporary.js';
import { distance, stepByStep } from './stepByStep.js';

const directory = temporaryDirectories();
afterEach(() => {
  vi.restoreAllMocks();
});

/** Without the models' end-of-sequence tokens 0, 1 and 2, which would end generation. */
const SEQUENCES: GivenSequence[] = [
  { prompt: [5, 9, 2], completion: [9, 21, 40] },
  { prompt: [7], completion: [3, 8, 8, 25, 6, 31] },
  { prompt: [3, 30, 4, 17, 33], completion: [] },
  { prompt: [12, 6], completion: [20, 11] },
];

async function expectToRead(lm: Lm, tolerance: number): Promise<void> {
  const candidates = SEQUENCES.map(({ completion }) => Int32Array.from(completion, (token) => token + 1));
  const readings = await lm.read(SEQUENCES, { states: true, candidates });
  for (const [i, { logProbs, states = [], candidates: found = [] }] of readings.entries()) {
    const seen = await stepByStep(lm, SEQUENCES[i]);
    expect(distance(logProbs, seen.logProbs)).toBeLessThan(tolerance);
    expect(distance(states, seen.states)).toBeLessThan(tolerance);
    const expected = seen.all.map((all, t) => all[candidates[i][t]]);
    expect(distance(found, expected)).toBeLessThan(tolerance);
  }
}

const LAYOUTS: [string, readonly string[], number][] = [
  ['t5', MERGED, 1e-4],
  ['t5', SEPARATE, 1e-4],
  ['bart', MERGED, 1e-4],
  ['bart', MERGED.map((file) => file.replace('.onnx', '_q4.onnx')), 1e-4],
  ['marian', MERGED, 1e-4],
  ['marian', SEPARATE, 1e-4],
  ['marian', MERGED.map((file) => file.replace('.onnx', '_fp16.onnx')), 0.02],
];

describe.each(LAYOUTS)('the encoder-decoder model %s as %j', (name, files, tolerance) => {
  it('reads targets in one pass as it generates them', async () => {
    const passes = vi.spyOn(Seq2SeqReading.prototype, 'pass');
    const lm = await openLm(copySeq2Seq(name, directory(), files), { threads: 1 });
    await expectToRead(lm, tolerance);
    expect(passes).toHaveBeenCalledTimes(1);
    await lm.close();
  });
});

describe('an encoder-decoder model', () => {
  it('follows targets token by token where its decoder takes one at a time', async () => {
    vi.spyOn(Seq2SeqReading.prototype, 'seesAll').mockResolvedValue(false);
    const passes = vi.spyOn(Seq2SeqReading.prototype, 'pass');
    const lm = await openLm(copySeq2Seq('bart', directory(), MERGED), { threads: 1 });
    await expectToRead(lm, 1e-4);
    expect(passes).not.toHaveBeenCalled();
    await lm.close();
  });

  it('shows the states of several layers', async () => {
    const lm = await openLm(copySeq2Seq('t5', directory(), MERGED), { threads: 1, layers: [0, -1] });
    expect(lm.info.stateSize).toBe(2 * lm.info.hiddenSize);
    await expectToRead(lm, 1e-4);
    await lm.close();
  });

  it('says that a banned token is impossible', async () => {
    const lm = await openLm(copySeq2Seq('marian', directory(), MERGED), { threads: 1 });
    const [{ logProbs }] = await lm.read([{ prompt: [5, 9], completion: [47] }]);
    expect(logProbs[0]).toBe(Number.NEGATIVE_INFINITY);
    await lm.close();
  });

  it('names the lengths of a target that is too long', async () => {
    const lm = await openLm(copySeq2Seq('t5', directory(), MERGED), { threads: 1 });
    const { contextLength, sourceLength = 0 } = lm.info;
    const target = new Array<number>(contextLength + 1).fill(3);
    await expect(lm.read([{ prompt: [5], completion: target }])).rejects.toThrow(
      `completion 0 has ${contextLength + 1} tokens, but the model's context holds ${contextLength}: shorten it`,
    );
    const source = new Array<number>(sourceLength + 1).fill(3);
    await expect(lm.read([{ prompt: source, completion: [3] }])).rejects.toThrow(
      `prompt 0 has ${sourceLength + 1} tokens, but the model reads ${sourceLength}`,
    );
    await lm.close();
  });
});
