import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/index.js';
import { Interrupted, randomStream } from '../../../src/common/index.js';
import { differencesOf } from '../../../src/train/rewardModel/evaluatePairs.js';
import { type FitOptions, fitNet, updatesOf } from '../../../src/train/rewardModel/fitNet.js';
import { shareOf } from '../../../src/train/rewardModel/measures.js';
import type { TrainingPair } from '../../../src/train/rewardModel/objective.js';
import type { CompletionRows } from '../../../src/train/rewardModel/rows.js';

const SETTINGS = { weightDecay: 1e-4, dropout: 0, epochs: 30, batchSize: 8, lr: 0.05 };
let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

const random = randomStream(1, 'toy');
const FEATURES = Array.from({ length: 60 }, () => Float32Array.from({ length: 3 }, () => random.normal()));
const rows: CompletionRows = {
  ...{ inputs: 3, outputs: 1 },
  rows: (completion) => FEATURES[completion],
  weights: () => Float32Array.of(1),
};

/** Pairs in which the completion is chosen that has clearly more of something. */
function pairsBy(better: (features: Float32Array) => number): TrainingPair[] {
  const pairs: TrainingPair[] = [];
  while (pairs.length < 120) {
    const [a, b] = [random.int(60), random.int(60)];
    const gap = better(FEATURES[a]) - better(FEATURES[b]);
    const [chosen, rejected] = gap > 0 ? [a, b] : [b, a];
    if (Math.abs(gap) > 0.3) pairs.push({ chosen, rejected, label: 1, margin: 0 });
  }
  return pairs;
}

async function accuracy(options: Partial<FitOptions> & Pick<FitOptions, 'pairs'>): Promise<number> {
  const { scores, dispose } = await fitToy(options);
  const differences = await differencesOf(options.pairs, scores);
  dispose();
  return shareOf(differences.map((difference) => (difference > 0 ? 1 : 0))).accuracy;
}

function fitToy(options: Partial<FitOptions> & Pick<FitOptions, 'pairs'>) {
  const common = { tf, completions: rows, hidden: [], settings: SETTINGS, centring: 0, seed: 3 };
  return fitNet({ ...common, signal: undefined, ...options });
}

describe('fitNet', () => {
  it('separates what a plane separates', async () => {
    const pairs = pairsBy(([x, y, z]) => x - 2 * y + z);
    expect(await accuracy({ pairs })).toBe(1);
  });

  it('learns a curve with hidden layers only', async () => {
    const pairs = pairsBy(([x]) => Math.abs(x));
    expect(await accuracy({ pairs })).toBeLessThan(0.75);
    expect(await accuracy({ pairs, hidden: [16] })).toBeGreaterThan(0.95);
  });

  it('fits soft labels to their log-odds', async () => {
    const pairs = [{ chosen: 0, rejected: 1, label: 0.75, margin: 0 }];
    const settings = { ...SETTINGS, weightDecay: 0, epochs: 300 };
    const { scores, dispose } = await fitToy({ pairs, settings });
    const [difference] = await differencesOf(pairs, scores);
    expect(difference).toBeCloseTo(Math.log(3), 2);
    dispose();
  });

  it('puts the sum of a pair near zero where it is penalised', async () => {
    const biased: CompletionRows = { ...rows, rows: (i) => FEATURES[i].map((value) => value + 3) };
    const pairs = pairsBy(([x]) => x);
    const sums = async (centring: number) => {
      const { scores, dispose } = await fitToy({ pairs, completions: biased, centring });
      const found = await scores(pairs.flatMap(({ chosen, rejected }) => [chosen, rejected]));
      dispose();
      const all = pairs.map(({ chosen, rejected }) => (found.get(chosen) ?? 0) + (found.get(rejected) ?? 0));
      return all.reduce((sum, value) => sum + Math.abs(value), 0) / all.length;
    };
    expect(await sums(0.1)).toBeLessThan((await sums(0)) / 3);
  });

  it('keeps weights small by their decay', async () => {
    const pairs = pairsBy(([x]) => x);
    const norm = async (weightDecay: number) => {
      const { read, dispose } = await fitToy({ pairs, settings: { ...SETTINGS, weightDecay } });
      const { '0.weight': weight } = await read();
      dispose();
      return Math.hypot(...weight.data);
    };
    expect(await norm(0.1)).toBeLessThan((await norm(0)) / 2);
  });

  it('repeats with the same seed, and frees what it allocates', async () => {
    const pairs = pairsBy(([x]) => x);
    const learned = async (seed: number) => {
      const settings = { ...SETTINGS, dropout: 0.2, epochs: 3 };
      const net = await fitToy({ pairs, seed, hidden: [4], settings });
      const tensors = await net.read();
      net.dispose();
      return tensors;
    };
    const first = await learned(3);
    const { numTensors } = tf.memory();
    expect(await learned(3)).toEqual(first);
    expect(await learned(4)).not.toEqual(first);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('tells of every update and every epoch', async () => {
    const pairs = pairsBy(([x]) => x);
    let updates = 0;
    const epochs: number[] = [];
    const settings = { ...SETTINGS, epochs: 3, batchSize: 50 };
    const { dispose } = await fitToy({
      ...{ pairs, settings },
      updated: () => updates++,
      afterEpoch: async (epoch) => {
        epochs.push(epoch);
      },
    });
    dispose();
    expect(updates).toBe(9);
    expect(updates).toBe(updatesOf(pairs.length, settings));
    expect(epochs).toEqual([1, 2, 3]);
  });

  it('stops at once when it is told to', async () => {
    const { numTensors } = tf.memory();
    const stopped = fitToy({ pairs: pairsBy(([x]) => x), signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(Interrupted);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});
