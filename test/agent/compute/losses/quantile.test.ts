import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../../src/agent/compute/backend.js';
import { quantileLoss, quantileMean } from '../../../../src/agent/compute/losses/quantile.js';
import { meanLoss } from '../../../../src/agent/compute/losses/scalar.js';
import { about, checkGradient, numbersOf } from './differences.js';

let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

/** One sample. */
function lossOf(predicted: number[], target: number[], kappa: number) {
  return numbersOf(tf, () => quantileLoss(tf, tf.tensor2d([predicted]), tf.tensor2d([target]), kappa));
}

describe('quantileLoss', () => {
  it('is the paper’s, computed by hand', () => {
    // tau = 1/4, 3/4; u = target_j - predicted_i:
    // i = 0: u = 0.5, 2   -> L_1 = 0.125, 1.5   times 1/4           -> mean 0.203125
    // i = 1: u = -1.5, 0  -> L_1 = 1, 0         times 1/4 (u < 0)   -> mean 0.125
    const { loss, gradient, error } = lossOf([0, 2], [0.5, 2], 1);
    expect(loss).toBeCloseTo(0.203125 + 0.125, 6);
    // Slopes of L_1: 0.5, 1 and -1, 0.
    expect(gradient).toEqual(about([(-0.25 * 0.5 - 0.25 * 1) / 2, (0.25 * 1) / 2]));
    expect(error).toEqual(about([1 - 1.25]));
  });

  it('divides by kappa', () => {
    // kappa = 2: L_2 = u^2 / 2 up to 2: 0.125, 2 and 1.125, 0, over kappa.
    const { loss, gradient } = lossOf([0, 2], [0.5, 2], 2);
    expect(loss).toBeCloseTo((0.25 * (0.125 + 2) + 0.25 * 1.125) / 2 / 2, 6);
    expect(gradient).toEqual(about([(-0.25 * (0.25 + 1)) / 2, (0.25 * 0.75) / 2]));
  });

  it('is the pinball loss for a kappa of 0, with no slope where it is met', () => {
    // |u| = 0.5, 2 at tau 1/4, and 1.5 (u < 0), 0 at tau 3/4.
    const { loss, gradient } = lossOf([0, 2], [0.5, 2], 0);
    expect(loss).toBeCloseTo((0.25 * 2.5) / 2 + (0.25 * 1.5) / 2, 6);
    expect(gradient).toEqual(about([-0.25, 0.125]));
  });

  it.each([0, 1])('has no slope where one quantile meets one target, with kappa %d', (kappa) => {
    const { loss, gradient, error } = lossOf([0.7], [0.7], kappa);
    expect([loss, error[0]]).toEqual([0, 0]);
    expect(gradient[0]).toBeCloseTo(0, 10);
  });

  it('is half the Huber loss for a single quantile and target', () => {
    const [predicted, target, weights] = [
      [1.5, 0, -0.2],
      [1, 3, -0.5],
      [1, 0.25, 0.5],
    ];
    const scalar = numbersOf(tf, () =>
      meanLoss(
        tf,
        { type: 'huber', delta: 1 },
        tf.tensor1d(predicted),
        tf.tensor1d(target),
        tf.tensor1d(weights),
      ),
    );
    const quantile = numbersOf(tf, () =>
      quantileLoss(tf, tf.tensor2d(predicted, [3, 1]), tf.tensor2d(target, [3, 1]), 1, tf.tensor1d(weights)),
    );
    expect(quantile.loss).toBeCloseTo(scalar.loss / 2, 6);
    expect(quantile.gradient).toEqual(about(scalar.gradient.map((slope) => slope / 2)));
    expect(quantile.error).toEqual(about(scalar.error));
  });

  it('has the median as the optimum of a single quantile with kappa 0', () => {
    // The slope changes its sign at the middle one of the samples.
    const targets = [-3, 0.5, 10];
    expect(lossOf([0.4], targets, 0).gradient[0]).toBeLessThan(0);
    expect(lossOf([0.6], targets, 0).gradient[0]).toBeGreaterThan(0);
    expect(lossOf([0.5], targets, 0).gradient[0]).toBeCloseTo(0, 6);
  });

  it('averages over the batch, each sample times its weight', () => {
    const compute = (weights: number[]) =>
      numbersOf(tf, () =>
        quantileLoss(
          tf,
          tf.tensor2d([
            [0, 2],
            [1, -1],
          ]),
          tf.tensor2d([[0.5], [0.3]]),
          1,
          tf.tensor1d(weights),
        ),
      );
    const [first, second, both] = [
      [1, 0],
      [0, 1],
      [0.5, 3],
    ].map(compute);
    expect(both.loss).toBeCloseTo(0.5 * first.loss + 3 * second.loss, 5);
    expect(first.gradient.slice(2)).toEqual([0, 0].map((zero) => expect.closeTo(zero, 10)));
    // The first sample alone, over the batch's size: u = 0.5 at tau 1/4, -1.5 at 3/4.
    expect(first.loss).toBeCloseTo((0.25 * 0.125 + 0.25 * 1) / 2, 6);
  });

  it.each([
    ['kappa 1', 1, undefined],
    ['kappa 0.5 and weights', 0.5, [1, 0.25]],
    ['kappa 0 and weights', 0, [0.5, 2]],
  ])('has the gradient of finite differences: %s', (_, kappa, weights) => {
    checkGradient(tf, [0.3, -1.2, 0.8, 0.5, -0.7, 2], [2, 3], (predicted) => {
      const target = tf.tensor2d([0.1, 1.93, -0.4, 0.62, -3.1, 0.2, 2.5, 0.9], [2, 4]);
      return quantileLoss(tf, predicted, target, kappa, weights && tf.tensor1d(weights));
    });
  });
});

it('quantileMean gives the mean of each row', () => {
  expect([...quantileMean(Float32Array.of(1, 2, 6, -1, 0, 4), 3)]).toEqual([3, 1]);
  expect([...quantileMean(Float32Array.of(1, 2), 1)]).toEqual([1, 2]);
});
