import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend, type Tf } from '../../../../src/agent/compute/backend.js';
import { expectileLoss } from '../../../../src/agent/compute/losses/expectile.js';
import { about, checkGradient, numbersOf } from './differences.js';

let tf: Tf;
beforeAll(async () => {
  tf = (await loadBackend('wasm')).tf;
});

const predicted = [1.5, 0, -0.2];
const target = [1, 3, -0.2];

function lossOf(tau: number, weights?: number[]) {
  return numbersOf(tf, () =>
    expectileLoss(tf, tf.tensor1d(predicted), tf.tensor1d(target), tau, weights && tf.tensor1d(weights)),
  );
}

describe('expectileLoss', () => {
  it('weighs targets above the prediction by tau and those below by 1 - tau', () => {
    // u = -0.5, 3, 0
    const { loss, gradient, error } = lossOf(0.9);
    expect(loss).toBeCloseTo((0.1 * 0.25 + 0.9 * 9) / 3, 5);
    expect(gradient).toEqual(about([(2 * 0.1 * 0.5) / 3, (-2 * 0.9 * 3) / 3, 0]));
    expect(error).toEqual(about([0.5, -3, 0]));
  });

  it('is half the squared loss for 0.5', () => {
    expect(lossOf(0.5).loss).toBeCloseTo((0.25 + 9) / 2 / 3, 5);
  });

  it('multiplies each sample by its weight', () => {
    const { loss, gradient, error } = lossOf(0.9, [2, 0.5, 7]);
    expect(loss).toBeCloseTo((2 * 0.1 * 0.25 + 0.5 * 0.9 * 9) / 3, 5);
    expect(gradient).toEqual(about([(2 * 2 * 0.1 * 0.5) / 3, (-2 * 0.5 * 0.9 * 3) / 3, 0]));
    expect(error).toEqual(about([0.5, -3, 0]));
  });

  it('has its optimum at the expectile', () => {
    // Of 0 and 1 the expectile is tau itself: tau (1 - x) = (1 - tau) x.
    const { gradient } = numbersOf(tf, () =>
      expectileLoss(tf, tf.tensor1d([0.7, 0.7]), tf.tensor1d([0, 1]), 0.7),
    );
    expect(gradient[0] + gradient[1]).toBeCloseTo(0, 6);
  });

  it.each([
    ['plain', undefined],
    ['weighted', [0.5, 2, 1]],
  ])('has the gradient of finite differences, %s', (_, weights) => {
    checkGradient(tf, predicted, [3], (values) =>
      expectileLoss(tf, values, tf.tensor1d([1, 3, 0.4]), 0.8, weights && tf.tensor1d(weights)),
    );
  });
});
