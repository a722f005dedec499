import { afterEach, describe, expect, it, vi } from 'vitest';
import { createActor } from '../../../src/agent/index.js';
import { InputError, Interrupted } from '../../../src/common/index.js';
import { rollout } from '../../../src/env/index.js';
import { type GivenSequence, greedy, type Lm, openLm } from '../../../src/lm/index.js';
import { DecoderReading } from '../../../src/lm/reading/decoderReading.js';
import { VOCAB } from '../../fixtures/lm/heads.js';
import { copyModel, modelNames } from '../../fixtures/lm/models.js';
import { writeTinyLm } from '../../fixtures/lm/tinyLm.js';
import { openStories, STORIES } from '../../support/lm.js';
import { temporaryDirectories } from '../temporary.js';
import { distance, stepByStep } from './stepByStep.js';

const directory = temporaryDirectories();

/** Sequences of mixed lengths, without the fixtures' end-of-sequence token 1. */
const SEQUENCES: GivenSequence[] = [
  { prompt: [5], completion: [9, 2, 40] },
  { prompt: [9, 2, 40, 7, 7, 12], completion: [3] },
  { prompt: [3, 30], completion: [] },
  { prompt: [41, 4, 17, 33], completion: [8, 8, 8, 2, 6, 31] },
  { prompt: [8, 8, 8], completion: [20, 0, 11, 3] },
];

async function withLm<T>(path: string, use: (lm: Lm) => Promise<T>): Promise<T> {
  const lm = await openLm(path, { threads: 1 });
  try {
    return await use(lm);
  } finally {
    await lm.close();
  }
}

/** Three candidates before each token of every sequence. */
function candidatesOf(sequences: readonly GivenSequence[], vocab: number): Int32Array[] {
  return sequences.map(({ completion }) =>
    Int32Array.from({ length: 3 * completion.length }, (_, i) => (7 * i + 5) % vocab),
  );
}

/** How far reading is from generating each sequence alone. */
async function readingError(lm: Lm, sequences: readonly GivenSequence[]) {
  const ids = candidatesOf(sequences, lm.info.vocabSize);
  const readings = await lm.read(sequences, { states: true, candidates: ids });
  expect(readings).toHaveLength(sequences.length);
  const most = { logProbs: 0, states: 0 };
  for (const [i, sequence] of sequences.entries()) {
    const seen = await stepByStep(lm, sequence);
    const { logProbs, states = [], candidates = [] } = readings[i];
    const expected = Array.from(ids[i], (id, j) => seen.all[Math.floor(j / 3)][id]);
    const worst = Math.max(distance(logProbs, seen.logProbs), distance(candidates, expected));
    most.logProbs = Math.max(most.logProbs, worst);
    most.states = Math.max(most.states, distance(states, seen.states));
  }
  return most;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(modelNames())('the model %s', (name) => {
  it('reads what it shows when it generates', async () => {
    const passes = vi.spyOn(DecoderReading.prototype, 'pass');
    await withLm(copyModel(name, directory()), async (lm) => {
      const error = await readingError(lm, SEQUENCES);
      // One pass tries the graph out. Those that give the last position alone are followed token by token.
      const lastAlone = /^(slice|gather)-(before|behind)$/.test(name);
      expect(passes.mock.calls.length > 1).toBe(!lastAlone);
      // Rounding with ranges of the whole batch tells little; fixed ranges round at their edges.
      const rounded = /^(matmulinteger|dynamic)/.test(name);
      const half = /half|fp16/.test(name);
      expect(error.logProbs).toBeLessThan(rounded ? 0.5 : half ? 0.02 : 1e-4);
      expect(error.states).toBeLessThan(half ? 0.02 : 1e-4);
    });
  });
});

describe('a model that a reader can follow by hand', () => {
  it.each([
    ['a 16-bit cache', { halfCache: true }],
    ['logits of every position', { head: 'gemm' as const }],
    ['no positions, and so no padding', { noPositions: true }],
  ])('reads with %s', async (_, options) => {
    await withLm(writeTinyLm(directory(), options), async (lm) => {
      const error = await readingError(lm, SEQUENCES);
      // Generation reads a 16-bit cache back; one pass has no need to.
      expect(error.logProbs).toBeLessThan('halfCache' in options ? 5e-3 : 1e-4);
    });
  });

  it('gives only what is asked for', async () => {
    await withLm(writeTinyLm(directory()), async (lm) => {
      const [plain] = await lm.read([SEQUENCES[0]]);
      expect(Object.keys(plain)).toEqual(['logProbs']);
      const [states] = await lm.read([SEQUENCES[0]], { states: true, logProbs: false });
      expect(states.logProbs).toHaveLength(0);
      expect(states.states).toHaveLength(4 * lm.info.hiddenSize);
      const candidates = [Int32Array.from(SEQUENCES[0].completion)];
      const [same] = await lm.read([SEQUENCES[0]], { candidates, logProbs: false });
      expect(same).toEqual({ logProbs: new Float32Array(0), candidates: plain.logProbs });
      expect(await lm.read([])).toEqual([]);
    });
  });

  it('gives an empty completion no log-probabilities and one state', async () => {
    await withLm(writeTinyLm(directory()), async (lm) => {
      const [bare] = await lm.read([{ prompt: [5, 7], completion: [] }]);
      expect(bare).toEqual({ logProbs: new Float32Array(0) });
      const [{ logProbs, states }] = await lm.read([{ prompt: [5, 7], completion: [] }], { states: true });
      expect(logProbs).toHaveLength(0);
      expect(
        distance(states ?? [], (await stepByStep(lm, { prompt: [5, 7], completion: [] })).states),
      ).toBeLessThan(1e-5);
    });
  });

  it('reads on to the last token that fits the context', async () => {
    await withLm(writeTinyLm(directory(), { contextLength: 8 }), async (lm) => {
      const [{ logProbs }] = await lm.read([{ prompt: [5, 7], completion: [2, 3, 4, 5, 6, 7] }], {
        states: true,
      });
      expect(logProbs).toHaveLength(6);
      const reading = lm.read([SEQUENCES[0], { prompt: [5, 7], completion: [2, 3, 4, 5, 6, 7, 8] }]);
      await expect(reading).rejects.toThrow(InputError);
      await expect(reading).rejects.toThrow(
        "completion 1 has 7 tokens behind a prompt of 2, but the model's context holds 8: shorten it",
      );
    });
  });

  it('refuses what it cannot read', async () => {
    await withLm(writeTinyLm(directory()), async (lm) => {
      await expect(lm.read([{ prompt: [], completion: [1] }])).rejects.toThrow('prompt 0 is empty');
      await expect(lm.read([{ prompt: [VOCAB], completion: [] }])).rejects.toThrow(`holds token ${VOCAB}`);
      const strange = lm.read([{ prompt: [2], completion: [3, -1] }]);
      await expect(strange).rejects.toThrow(
        `completion 0 holds token -1, but the model's vocabulary has ${VOCAB}`,
      );
      const read = (ids: number[][], completion = [3, 4]) =>
        lm.read([{ prompt: [2], completion }], { candidates: ids.map((each) => Int32Array.from(each)) });
      await expect(read([])).rejects.toThrow('0 lists of candidates for 1 sequences');
      await expect(read([[1, 2, 3]])).rejects.toThrow('3 candidates for 2 tokens');
      await expect(read([[1]], [])).rejects.toThrow('1 candidates for 0 tokens');
      await expect(read([[1, VOCAB]])).rejects.toThrow('no token of the vocabulary');
    });
  });

  it('stops when it is told to', async () => {
    await withLm(writeTinyLm(directory()), async (lm) => {
      await expect(lm.read(SEQUENCES, { signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
    });
  });
});

describe('the bundled model', () => {
  it('reads what a rollout records, side by side with generation', async () => {
    const lm = await openStories();
    const prompts = ['One day, a small', 'The film was', 'My aunt and I went to the'].map((text) =>
      lm.tokenizer.encode(text),
    );
    const base = createActor(undefined, { type: 'reference' });
    const episodes = await rollout(lm, prompts, base, {
      ...{ samples: 4, maxNewTokens: 24, topK: 16, temperature: 1, seed: 3, purpose: 'test', iteration: 0 },
    });
    const sequences = episodes.map(({ prompt, tokens }) => ({ prompt: prompts[prompt], completion: tokens }));
    const before = await lm.generate(prompts, { maxNewTokens: 20, nextTokens: greedy });
    const [readings, during] = await Promise.all([
      lm.read(sequences, { states: true }),
      lm.generate(prompts, { maxNewTokens: 20, nextTokens: greedy }),
    ]);
    expect(during).toEqual(before);
    for (const [i, { baseLogProbs, states: expected }] of episodes.entries()) {
      const { logProbs, states } = readings[i];
      expect(distance(logProbs, [...baseLogProbs])).toBeLessThan(1e-4);
      expect(distance(states?.subarray(0, expected.length) ?? [], [...expected])).toBeLessThan(1e-4);
      const [alone] = await lm.read([sequences[i]]);
      expect(distance(alone.logProbs, [...logProbs])).toBeLessThan(1e-4);
    }
    await lm.close();
  });

  it('shows the states of the layers that it was opened with, side by side', async () => {
    const lm = await openLm(STORIES, { threads: 1, layers: [0, 2, -1] });
    const prompt = lm.tokenizer.encode('One day, a small');
    const sequence = { prompt, completion: lm.tokenizer.encode(' fox met a kind hen.') };
    const [{ states = [] }] = await lm.read([sequence, { prompt, completion: [7] }], { states: true });
    expect(states).toHaveLength((sequence.completion.length + 1) * 3 * lm.info.hiddenSize);
    expect(distance(states, (await stepByStep(lm, sequence)).states)).toBeLessThan(1e-4);
    await lm.close();
  });
});
