import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../src/agent/index.js';
import { pooledScore } from '../../../src/reward/index.js';
import { outputGradient, pairLoss, type TrainingPair } from '../../../src/train/rewardModel/objective.js';
import { PairWeights } from '../../../src/train/rewardModel/pairWeights.js';
import type { CompletionRows } from '../../../src/train/rewardModel/rows.js';

describe('pairLoss', () => {
  it('is that of Bradley and Terry', () => {
    // -log sigmoid(2 - 1) = log(1 + 1 / e)
    expect(pairLoss(2, 1, { label: 1, margin: 0 })).toBeCloseTo(0.313262, 6);
    expect(pairLoss(1, 2, { label: 1, margin: 0 })).toBeCloseTo(1.313262, 6);
    expect(pairLoss(900, -900, { label: 1, margin: 0 })).toBe(0);
    expect(pairLoss(-900, 900, { label: 1, margin: 0 })).toBe(1800);
  });

  it('asks for a margin', () => {
    expect(pairLoss(2, 1, { label: 1, margin: 1 })).toBeCloseTo(Math.log(2), 6);
    expect(pairLoss(2, 1, { label: 1, margin: 2 })).toBeCloseTo(1.313262, 6);
  });

  it('takes a soft label', () => {
    // 0.75 * 0.313262 + 0.25 * 1.313262
    expect(pairLoss(2, 1, { label: 0.75, margin: 0 })).toBeCloseTo(0.563262, 6);
  });

  it('penalises scores that are not around zero', () => {
    // (2 + 1)^2 * 0.1
    expect(pairLoss(2, 1, { label: 1, margin: 0 }, 0.1)).toBeCloseTo(1.213262, 6);
    expect(pairLoss(0.5, -0.5, { label: 1, margin: 0 }, 0.1)).toBeCloseTo(0.313262, 6);
  });
});

describe('outputGradient', () => {
  let tf: Tf;
  beforeAll(async () => {
    tf = (await loadBackend('wasm')).tf;
  });

  /** Two outputs a row; the first is averaged, the second counts in the last row. */
  const completions: CompletionRows = {
    ...{ inputs: 1, outputs: 2 },
    rows: () => new Float32Array(0),
    weights: (rows) =>
      Float32Array.from({ length: 2 * rows }, (_, i) => {
        if (i % 2 === 0) return 1 / rows;
        return i === 2 * rows - 1 ? 1 : 0;
      }),
  };
  const starts = [0, 2, 3, 6];
  const pairs: TrainingPair[] = [
    { chosen: 7, rejected: 4, label: 1, margin: 0.5 },
    { chosen: 7, rejected: 9, label: 0.8, margin: 0 },
    { chosen: 9, rejected: 4, label: 1, margin: 0 },
  ];
  const distinct = [4, 7, 9];
  const outputs = Float32Array.of(0.3, -0.2, 0.8, 0.4, -0.5, 0.9, 0.1, 0.6, -0.7, 0.2, 0.5, -0.3);

  function loss(of: Float32Array, centring: number): number {
    const score = (completion: number) => {
      const place = distinct.indexOf(completion);
      const weights = completions.weights(starts[place + 1] - starts[place]);
      return pooledScore(of.subarray(2 * starts[place]), weights);
    };
    const losses = pairs.map((pair) => pairLoss(score(pair.chosen), score(pair.rejected), pair, centring));
    return losses.reduce((a, b) => a + b, 0) / pairs.length;
  }

  it.each([0, 0.3])('is the slope of the mean loss, with a penalty of %d', (centring) => {
    const weights = new PairWeights(completions, distinct, starts, pairs);
    const gradient = tf.tidy(() =>
      outputGradient(tf, tf.tensor2d(outputs, [6, 2]), weights.upload(tf, centring > 0), centring).dataSync(),
    );
    const step = 1e-3;
    outputs.forEach((value, i) => {
      const slope =
        loss(outputs.with(i, value + step), centring) - loss(outputs.with(i, value - step), centring);
      expect(gradient[i]).toBeCloseTo(slope / (2 * step), 3);
    });
  });
});
