import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Tf } from '../../../../src/agent/compute/backend.js';
import type { Loss } from '../../../../src/agent/compute/losses/scalar.js';

/** A loss on the JavaScript side. */
export interface Numbers {
  loss: number;
  gradient: number[];
  error: number[];
}

/** Computes a loss and frees everything; no tensor may be left. */
export function numbersOf(tf: Tf, compute: () => Loss): Numbers {
  const { numTensors } = tf.memory();
  const numbers = tf.tidy(() => {
    const { loss, gradient, error } = compute();
    expect(loss.shape).toEqual([]);
    return {
      loss: loss.dataSync()[0],
      gradient: [...gradient.dataSync()],
      error: [...error.dataSync()],
    };
  });
  expect(tf.memory().numTensors).toBe(numTensors);
  return numbers;
}

/** Checks a loss's gradient by every prediction against central differences; no kink may be within `step`. */
export function checkGradient(
  tf: Tf,
  predicted: number[],
  shape: number[],
  compute: (predicted: Tensor) => Loss,
): void {
  const at = (values: number[]) => numbersOf(tf, () => compute(tf.tensor(values, shape)));
  const { gradient } = at(predicted);
  expect(gradient.length).toBe(predicted.length);
  const step = 1e-2;
  predicted.forEach((value, i) => {
    const [above, below] = [step, -step].map((by) => at(predicted.with(i, value + by)).loss);
    expect(gradient[i]).toBeCloseTo((above - below) / (2 * step), 3);
  });
}

/** Numbers that may differ by float32's rounding. */
export function about(values: readonly number[], digits = 5): number[] {
  return values.map((value) => expect.closeTo(value, digits));
}
