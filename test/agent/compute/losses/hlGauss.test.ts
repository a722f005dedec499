import { beforeEach, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../../src/agent/compute/backend.js';
import {
  type HlGaussBins,
  hlGaussDecode,
  hlGaussHistogram,
  hlGaussLoss,
  hlGaussValues,
} from '../../../../src/agent/compute/losses/hlGauss.js';
import { about, checkGradient, numbersOf } from './differences.js';

let tf: Tf;
// Before each, since one test takes another backend.
beforeEach(async () => {
  tf = (await loadBackend('wasm')).tf;
});

/** Bins [-2, -1], [-1, 0], [0, 1], [1, 2]; with sigma 1 the CDF's arguments are whole or half numbers. */
const bins: HlGaussBins = { bins: 4, min: -2, max: 2, sigma: 1 };
// From a table of the normal CDF: 0.0227501 at -2, 0.1586553 at -1; 0.9544997 lies between -2 and 2.
const onEdge = [0.1359051, 0.3413447, 0.3413447, 0.1359051].map((share) => share / 0.9544997);
// Around 2: 0.0000317 at -4, 0.0013499 at -3, 0.0227501, 0.1586553, 0.5.
const atMax = [0.0013182, 0.0214002, 0.1359051, 0.3413447].map((share) => share / 0.4999683);
// Around 0.5: 0.0062097 at -2.5, 0.0668072 at -1.5, 0.3085375 at -0.5, 0.6914625, 0.9331928.
const inCentre = [0.0605975, 0.2417303, 0.382925, 0.2417303].map((share) => share / 0.9269831);

function histogramOf(target: number): number[] {
  return tf.tidy(() => [...hlGaussHistogram(tf, tf.tensor1d([target]), bins).dataSync()]);
}

function lossOf(logits: number[][], target: number[], weights?: number[]) {
  return numbersOf(tf, () =>
    hlGaussLoss(tf, tf.tensor2d(logits), tf.tensor1d(target), bins, weights && tf.tensor1d(weights)),
  );
}

const cross = (p: number[], q: number[]) => -p.reduce((sum, share, i) => sum + share * Math.log(q[i]), 0);

describe('hlGaussHistogram', () => {
  it.each([
    ['on an edge of two bins', 0, onEdge],
    ['in the centre of a bin', 0.5, inCentre],
    ['at the end of the range', 2, atMax],
    ['at its other end', -2, atMax.toReversed()],
  ])('is that of a table of the normal distribution %s', (_, target, expected) => {
    expect(histogramOf(target)).toEqual(about(expected));
  });

  it.each(['wasm', 'cpu'] as const)('adds up to 1 and has the target as its mean, on %s', async (name) => {
    const { tf: engine } = await loadBackend(name);
    const fine: HlGaussBins = { bins: 51, min: -1, max: 1, sigma: 0.75 };
    const targets = [-0.9, -0.333, 0, 0.02, 0.5, 0.871];
    const [sums, means] = engine.tidy(() => {
      const shares = hlGaussHistogram(engine, engine.tensor1d(targets), fine);
      return [
        [...engine.sum(shares, 1).dataSync()],
        // The logarithm of the shares are logits of the same distribution.
        [...hlGaussValues(engine, engine.log(engine.maximum(shares, 1e-12)), fine).dataSync()],
      ];
    });
    expect(sums).toEqual(about(targets.map(() => 1)));
    expect(means).toEqual(about(targets, 3));
  });
});

describe('hlGaussLoss', () => {
  it('is the cross-entropy, computed by hand', () => {
    // Probabilities 1/8, 1/8, 1/4, 1/2; their mean is (-1.5 - 0.5 + 2 x 0.5 + 4 x 1.5) / 8 = 0.625.
    const found = [0.125, 0.125, 0.25, 0.5];
    const logits = [0, 0, Math.LN2, 2 * Math.LN2];
    const { loss, gradient, error } = lossOf([logits, [0, 0, 0, 0]], [0, 0.5]);
    expect(loss).toBeCloseTo((cross(onEdge, found) + Math.log(4)) / 2, 5);
    const slopes = [...found.map((p, i) => p - onEdge[i]), ...inCentre.map((p) => 0.25 - p)];
    expect(gradient).toEqual(about(slopes.map((slope) => slope / 2)));
    expect(error).toEqual(about([0.625, -0.5]));
  });

  it('moves targets into the range', () => {
    const logits = [0.3, -1, 0.2, 2];
    expect(lossOf([logits], [7])).toEqual(lossOf([logits], [2]));
    expect(lossOf([logits], [-2.01])).toEqual(lossOf([logits], [-2]));
    expect(lossOf([logits], [7]).loss).toBeCloseTo(
      cross(
        atMax,
        logits.map((x) => Math.exp(x) / logits.reduce((sum, y) => sum + Math.exp(y), 0)),
      ),
      5,
    );
  });

  it('has no slope where the distribution is the target’s, and its entropy as the loss', () => {
    const { loss, gradient, error } = lossOf([onEdge.map(Math.log)], [0]);
    expect(loss).toBeCloseTo(cross(onEdge, onEdge), 5);
    expect([...gradient, ...error]).toEqual(about([0, 0, 0, 0, 0]));
  });

  it('multiplies each sample by its weight', () => {
    const logits = [
      [0.3, -1, 0.2, 2],
      [1, 0, 0, -1],
    ];
    const targets = [0.4, -1.3];
    const [first, second, both] = [
      [1, 0],
      [0, 1],
      [0.5, 3],
    ].map((weights) => lossOf(logits, targets, weights));
    expect(first.loss).toBeCloseTo(lossOf([logits[0]], [0.4]).loss / 2, 5);
    expect(both.loss).toBeCloseTo(0.5 * first.loss + 3 * second.loss, 5);
    expect(both.error).toEqual(first.error);
  });

  it('stays finite for logits far apart', () => {
    const { loss, gradient, error } = lossOf([[500, 0, 0, -500]], [0]);
    expect(loss).toBeCloseTo(500 * (1 - onEdge[0]) + 500 * onEdge[3], 1);
    expect(gradient).toEqual(about(onEdge.map((p, i) => (i === 0 ? 1 : 0) - p)));
    expect(error[0]).toBeCloseTo(-1.5, 5);
  });

  it.each([
    ['plain', undefined],
    ['weighted', [0.5, 2]],
  ])('has the gradient of finite differences, %s', (_, weights) => {
    checkGradient(tf, [0.3, -1, 0.2, 2, 1, 0, -0.5, -1], [2, 4], (logits) =>
      hlGaussLoss(tf, logits, tf.tensor1d([0.37, 2.5]), bins, weights && tf.tensor1d(weights)),
    );
  });
});

describe('hlGaussValues and hlGaussDecode', () => {
  it('give the expected bin centre of each row', () => {
    const raw = [0, 0, Math.LN2, 2 * Math.LN2, 0, 0, 0, 0, 900, 0, 0, 0];
    const expected = about([0.625, 0, -1.5]);
    expect(tf.tidy(() => [...hlGaussValues(tf, tf.tensor2d(raw, [3, 4]), bins).dataSync()])).toEqual(
      expected,
    );
    expect([...hlGaussDecode(Float32Array.from(raw), bins)]).toEqual(expected);
  });
});
